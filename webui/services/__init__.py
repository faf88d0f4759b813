"""Services behind the page, independent of its presentation."""
