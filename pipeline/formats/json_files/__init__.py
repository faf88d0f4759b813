"""JSON transcripts of this program and of other recognisers."""
