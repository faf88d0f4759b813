"""Windows of speech and their speaker embeddings."""
