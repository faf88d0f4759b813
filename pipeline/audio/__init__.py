"""Conversion of files, arrays and streams to 16 kHz mono samples."""
