"""Interfaces that imitate other speech systems."""
