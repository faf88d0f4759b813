"""The database file: connections, tables, rows, blobs, backups."""
