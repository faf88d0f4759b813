"""Data types shared by all stages: intervals, transcripts, options, progress, errors."""
