"""Second annotations of a recording: requests, agreement with the first, adjudication."""
