"""File formats of training data, one module per format."""
