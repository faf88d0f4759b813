"""Queries and changes of recordings, runs, metadata, search and share links."""
