"""Live transcription: wire format, sessions and HTTP routes."""
