"""Windows of speech: packing, coverage and collection of their results."""
