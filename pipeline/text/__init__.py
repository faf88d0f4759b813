"""Scripts, text units, and alignment of texts with each other and with times."""
