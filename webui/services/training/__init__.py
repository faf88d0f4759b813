"""Export of training data for speech models."""
