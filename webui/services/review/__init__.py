"""Review of a transcript: edits, history, voice map."""
