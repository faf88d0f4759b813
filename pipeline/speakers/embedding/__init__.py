"""Windows of speech and their voice embeddings."""
