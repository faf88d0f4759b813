"""Command-line interfaces of the pipeline."""
