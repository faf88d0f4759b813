"""Recognised text with its time in the speech segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TimedText:
    """A token of the vocabulary, or a word joined from several.

    Attributes:
        text: displayed text, without surrounding spaces.
        start_ms: may be before the segment by the rules of the reference system.
        end_ms: end of the last token.
        confidence: probability in [0, 1], mean over the tokens.
    """

    text: str
    start_ms: int
    end_ms: int
    confidence: float


def join(parts: Sequence[TimedText], text: str) -> TimedText:
    """Join neighbouring parts, at least one, into one word with the given text."""
    return TimedText(
        text,
        parts[0].start_ms,
        parts[-1].end_ms,
        confidence=sum(part.confidence for part in parts) / len(parts),
    )
