"""Scripts, text units, and the alignment of texts with each other and with times."""
