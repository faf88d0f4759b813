"""Voice activity detection (VAD)."""
