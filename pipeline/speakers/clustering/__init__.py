"""Clustering of speaker embeddings."""
