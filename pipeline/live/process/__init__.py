"""Live transcription in a separate process, and the log for resuming it."""
