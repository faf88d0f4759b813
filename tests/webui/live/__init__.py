"""Tests of live transcription over the wire."""
