"""Storage of recordings, transcripts and edits in SQLite and files."""
