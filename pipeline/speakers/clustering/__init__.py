"""Grouping of voice embeddings into speakers."""
