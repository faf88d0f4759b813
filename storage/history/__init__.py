"""Edit history of a transcript, with undo, redo, named versions and queries."""
