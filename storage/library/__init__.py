"""Recordings, runs, embeddings, metadata, search and sharing."""
