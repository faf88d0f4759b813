"""JSON transcripts of this program and of other speech recognisers."""
