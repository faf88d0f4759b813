"""Conversion of values to the page's JSON."""
