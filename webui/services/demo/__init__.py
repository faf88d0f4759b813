"""Public demo: its example recording, private copies and expiry."""
