"""Transcription runs: queued, followed, recorded."""
