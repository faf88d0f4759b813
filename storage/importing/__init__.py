"""Import of transcript files as new transcripts or as corrections."""
