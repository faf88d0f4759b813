"""Downloads of a recording: transcripts, reports and sound."""
