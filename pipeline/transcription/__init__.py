"""Transcription pipeline from audio to a transcript with speakers."""
