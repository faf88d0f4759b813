"""Decoders that read files as blocks of samples, one module per library."""
