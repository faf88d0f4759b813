"""The edits of a transcript: undo, redo, versions, queries."""
