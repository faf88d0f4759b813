"""Model files: manifest, locations, download and verification."""
