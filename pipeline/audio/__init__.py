"""Conversion of audio files, arrays and streams to 16 kHz mono samples."""
