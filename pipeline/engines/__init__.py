"""Execution of transcription jobs, in this process or in a worker process."""
