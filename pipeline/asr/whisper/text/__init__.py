"""Processing of the text that Whisper recognises."""
