"""Reading and changing a transcript."""
