"""Recognisers that return interim text of open segments."""
