"""Edit requests, which compute the new rows of a transcript from its current rows."""
