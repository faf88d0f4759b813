"""Reading, editing and live writing of transcripts."""
