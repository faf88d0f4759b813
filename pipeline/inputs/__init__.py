"""What a caller may hand over: paths, lists, addresses, bytes, arrays."""
