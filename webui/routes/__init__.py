"""HTTP routes of the page."""
