"""Imports of transcript files, each in a process with limits."""
