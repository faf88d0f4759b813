"""Execution of transcription jobs in this or a worker process."""
