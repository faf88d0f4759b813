"""Services of the transcript editor: edits, history, proposals and voice maps."""
