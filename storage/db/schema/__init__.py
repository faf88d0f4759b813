"""Database schema: one module per group of tables. A released migration never changes."""
