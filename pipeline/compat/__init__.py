"""APIs of other systems, with their names and results."""
