"""The command lines of the pipeline."""
