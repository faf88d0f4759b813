"""Login, visitors and signed cookies."""
