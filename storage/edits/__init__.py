"""Edit requests: each kind plans the new rows of a transcript from its current rows."""
