"""A piece of text and when it is spoken, in milliseconds of a segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TimedText:
    """A token of the vocabulary, or a word made of some.

    Attributes:
        text: as it is shown, without spaces around it.
        start_ms: may lie before the segment by the reference system's rules.
        end_ms: of the last token.
        confidence: probability in [0, 1], the mean over the tokens.
    """

    text: str
    start_ms: int
    end_ms: int
    confidence: float


def join(parts: Sequence[TimedText], text: str) -> TimedText:
    """The word that some neighbouring parts make, at least one, from the first to the last."""
    return TimedText(
        text,
        parts[0].start_ms,
        parts[-1].end_ms,
        confidence=sum(part.confidence for part in parts) / len(parts),
    )
