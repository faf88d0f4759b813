"""JSON transcripts: our own and those of other recognisers."""
