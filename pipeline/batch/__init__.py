"""Many recordings in one run: found, named, transcribed, remembered, summed up."""
