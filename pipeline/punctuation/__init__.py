"""Punctuation of recognised words, and their division into sentences."""
