"""Queueing, monitoring and storage of transcription runs."""
