"""Edit history of a transcript: undo, redo, versions, queries."""
