"""HTTP routes that bring recordings and transcripts in: uploads, runs and imports."""
