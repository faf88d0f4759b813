"""Recordings, runs, metadata, search and sharing."""
