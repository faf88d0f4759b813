"""Transcript file formats."""
