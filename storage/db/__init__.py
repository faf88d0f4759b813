"""Access to the database file and the audio files, with schema, migrations and backups."""
