"""Alternatives for misrecognised Chinese words: pronunciation, word frequencies, search."""
