"""Training data as different trainers read it, one module a format."""
