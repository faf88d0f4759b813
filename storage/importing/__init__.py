"""Transcript files of other programs as transcripts or corrections."""
