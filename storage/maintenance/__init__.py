"""Verify, repair, restore, recover and purge."""
