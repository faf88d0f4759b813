"""Backups of the database, its integrity check and the errors for a damaged one."""
