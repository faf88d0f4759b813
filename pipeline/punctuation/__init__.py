"""Punctuation and the division of tokens into sentences."""
