"""Which model files exist, and where they lie."""
