"""Scripts, division of text into units, and alignment of texts with each other and with times."""
