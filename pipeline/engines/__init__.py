"""Where transcriptions run."""
