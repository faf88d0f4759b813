"""Accepted inputs: files, folders, lists, web addresses, bytes and arrays."""
