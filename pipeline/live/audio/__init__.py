"""Samples of a live recording: their sources, the queue and the spool file."""
