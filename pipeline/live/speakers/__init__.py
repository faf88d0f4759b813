"""Provisional speakers of a live recording."""
