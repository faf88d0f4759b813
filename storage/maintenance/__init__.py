"""Check, repair, restore and recovery of a workspace, and permanent deletion of recordings."""
