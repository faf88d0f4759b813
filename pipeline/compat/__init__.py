"""The calls of other systems, with their names and results."""
