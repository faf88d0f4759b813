"""Database schema and its migrations; a released migration never changes."""
