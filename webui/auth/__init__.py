"""Login, anonymous visitors and signed cookies."""
