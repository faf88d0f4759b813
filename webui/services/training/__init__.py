"""Training data exports."""
