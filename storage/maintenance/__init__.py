"""Verification, repair, restore, recovery and purge of a workspace."""
