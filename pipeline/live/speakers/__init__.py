"""Online diarization of a live recording with provisional speakers."""
