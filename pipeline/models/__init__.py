"""Model files: manifest, location, download and verification."""
