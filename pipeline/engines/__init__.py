"""Execution of transcription jobs in this process, a worker process or a Ray cluster."""
