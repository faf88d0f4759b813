"""Import of transcript files, in child processes with time and memory limits."""
