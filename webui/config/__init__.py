"""Settings of the app, user accounts, limits and detection of hosting platforms."""
