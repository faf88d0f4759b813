"""Live transcription: text and speakers of a recording in progress."""
