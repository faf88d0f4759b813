"""Database file: connections, schema, rows, blobs, backups."""
