"""Readers and writers of transcript file formats."""
