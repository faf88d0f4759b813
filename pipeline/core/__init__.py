"""Values that every stage shares: intervals, transcript, options, progress, errors."""
