"""Recordings and transcripts, kept in SQLite."""
