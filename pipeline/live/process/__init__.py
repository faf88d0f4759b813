"""Live transcription in a process of its own, and the log that it resumes from."""
