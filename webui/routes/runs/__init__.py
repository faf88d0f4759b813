"""HTTP routes of uploads, transcription runs and transcript imports."""
