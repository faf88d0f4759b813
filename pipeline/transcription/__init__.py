"""The order of the stages, from speech to a transcript with speakers."""
