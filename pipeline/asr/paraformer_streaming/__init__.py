"""Streaming Paraformer, which recognises speech while it is spoken."""
