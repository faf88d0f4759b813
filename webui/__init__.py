"""Web app that transcribes recordings and lets people correct the transcripts."""
