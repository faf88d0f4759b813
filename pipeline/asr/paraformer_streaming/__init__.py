"""The streaming Paraformer, which recognises speech while it is being recorded."""
