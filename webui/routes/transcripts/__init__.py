"""HTTP routes of one transcript: review, history, report, sharing and sound."""
