"""Text processing: scripts, words, alignment of texts with each other and with times."""
