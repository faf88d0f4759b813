"""Training data formats, one module per format."""
