"""Live transcription: the wire format, the sessions and their routes."""
