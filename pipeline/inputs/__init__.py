"""Accepted inputs: paths, folders, lists, web addresses, bytes and arrays."""
