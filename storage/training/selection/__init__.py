"""Choice of the utterances of an export: reading, filters, target texts and splits."""
