"""The tables, one migration after another. A released step never changes."""
