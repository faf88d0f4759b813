"""Conversion of the services' results to JSON for the page."""
