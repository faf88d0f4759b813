"""Recognisers that give text while a segment is still being spoken."""
