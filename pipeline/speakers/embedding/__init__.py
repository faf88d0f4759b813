"""Speech windows and their speaker embeddings."""
