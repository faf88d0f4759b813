"""Punctuation of recognised words, and segmentation into sentences."""
