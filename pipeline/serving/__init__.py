"""Servers of recognition for programs of other kinds."""
