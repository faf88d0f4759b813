"""Live transcription: text and speakers of a recording while it is still being made."""
