"""What a person can do to a transcript: each kind plans what becomes of the present rows."""
