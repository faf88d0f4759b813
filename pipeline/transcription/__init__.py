"""Stages from speech detection to a transcript with speakers, and the order in which they run."""
