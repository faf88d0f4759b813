"""Alignment of a corrected text with a recording; public name of `pipeline.text.realignment`."""

from pipeline.text.realignment import realign

__all__ = ["realign"]
