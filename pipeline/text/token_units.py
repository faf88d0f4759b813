"""Conversion of tokens, which may be parts of words, to timed characters and words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.core.intervals import Interval
from pipeline.core.transcript import Token
from pipeline.text.text_units import text_units


@dataclass(frozen=True, slots=True)
class TimedUnit(Interval):
    """A Chinese character or a word with its time span.

    Attributes:
        key: see `TextUnit.key`.
        num_syllables: at least 1.
        confidence: mean over its letters, None if a letter has none.
        text_without_lm: see `Token`; None if the unit is not exactly one token.
    """

    key: str
    num_syllables: int
    confidence: float | None
    text_without_lm: str | None = None


@dataclass(frozen=True, slots=True)
class _Letter:
    text: str
    start_ms: int
    end_ms: int
    confidence: float | None
    text_without_lm: str | None


def token_units(tokens: Sequence[Token], interval: Interval) -> tuple[TimedUnit, ...]:
    """Convert tokens to Chinese characters and words with times.

    A token that is one unit keeps its times and confidence; pieces of a word are joined, and the
    time of a token with several units is divided among them.

    Args:
        tokens: sorted by start; those outside the interval are dropped or truncated.
        interval: limits of the units.
    """
    letters = [
        letter
        for token in tokens
        if token.text and token.overlap_ms(interval)
        for letter in _letters(token)
    ]
    units = text_units("".join(letter.text for letter in letters))
    return tuple(
        _timed_unit(letters[unit.first : unit.stop], unit.key, unit.num_syllables, interval)
        for unit in units
    )


def _timed_unit(
    spoken: Sequence[_Letter], key: str, num_syllables: int, interval: Interval
) -> TimedUnit:
    start_ms = min(max(spoken[0].start_ms, interval.start_ms), interval.end_ms - 1)
    end_ms = max(start_ms + 1, min(spoken[-1].end_ms, interval.end_ms))
    alone = {letter.text_without_lm for letter in spoken}
    return TimedUnit(
        start_ms,
        end_ms,
        key,
        num_syllables,
        _mean_confidence(spoken),
        alone.pop() if len(alone) == 1 else None,
    )


def _letters(token: Token) -> Iterator[_Letter]:
    """Yield the letters of a token with evenly divided times."""
    units = text_units(token.text)
    first, stop = units[0].first, units[-1].stop
    for position, text in enumerate(token.text):
        inside = min(max(position, first), stop - 1) - first
        yield _Letter(
            text,
            token.start_ms + token.duration_ms * inside // (stop - first),
            token.start_ms + token.duration_ms * (inside + 1) // (stop - first),
            token.confidence,
            token.text_without_lm if len(units) == 1 else None,
        )


def _mean_confidence(letters: Sequence[_Letter]) -> float | None:
    known = [letter.confidence for letter in letters if letter.confidence is not None]
    if len(known) < len(letters):
        return None
    return known[0] if len(set(known)) == 1 else min(1.0, sum(known) / len(known))
