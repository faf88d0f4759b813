"""Transcription of many recordings in one run."""
