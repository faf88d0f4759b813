"""Editing of a transcript, with its edit history and a map of its speakers' voices."""
