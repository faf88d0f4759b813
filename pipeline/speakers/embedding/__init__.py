"""Windows of speech, with their speaker embeddings."""
