"""Speaker diarization, which determines who speaks when."""
