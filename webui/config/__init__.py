"""Settings, accounts, limits and hosting platforms."""
