"""Public name of `pipeline.text.realignment`: times for a corrected text."""

from pipeline.text.realignment import realign

__all__ = ["realign"]
