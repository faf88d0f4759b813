"""Speaker diarization: which speaker talks when."""
