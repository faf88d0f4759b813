"""From tokens to sentences."""
