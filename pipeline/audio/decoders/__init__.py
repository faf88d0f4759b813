"""Decoders from the bytes of a file to blocks of samples, one module per library."""
