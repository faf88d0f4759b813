"""Character errors in the parts of a recording for which a reference text exists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from pipeline.metrics import CharacterErrors, character_errors

_MS_PER_S = 1000


@dataclass(frozen=True, slots=True)
class TimedWord:
    """Recognised word with its time in the excerpt.

    Attributes:
        middle_ms: middle of its time interval.
        text: written form.
    """

    middle_ms: float
    text: str


@dataclass(frozen=True, slots=True)
class _ReferencePart:
    """Consecutive turns that all have a reference text, joined, or that all have none."""

    start_ms: float
    end_ms: float
    text: str | None


def placed_errors(
    turns: Sequence[dict[str, Any]],  # Any: a row of the truth's JSON
    words: Sequence[TimedWord],
    *,
    from_ms: float = 0,
    duration_ms: float,
) -> CharacterErrors:
    """Count character errors in the parts with a reference text, assigning words by time.

    Args:
        turns: reference rows with "start" and "end" in seconds, and a "text" or None.
        words: recognised words of an excerpt, with times relative to its start.
        from_ms: start of the excerpt in the recording.
        duration_ms: length of the excerpt; the text of turns that cross its ends is ignored.
    """
    parts = list(_reference_parts(turns, from_ms, from_ms + duration_ms))
    borders = [0.0, *((a.end_ms + b.start_ms) / 2 - from_ms for a, b in pairwise(parts))]
    borders.append(duration_ms)
    errors = CharacterErrors()
    for part, (start_ms, end_ms) in zip(parts, pairwise(borders), strict=True):
        if part.text is not None:
            found = (word.text for word in words if start_ms <= word.middle_ms < end_ms)
            errors += character_errors(part.text, "".join(found))
    return errors


def _reference_parts(
    turns: Sequence[dict[str, Any]],
    from_ms: float,
    to_ms: float,  # Any: as above
) -> Iterator[_ReferencePart]:
    def text_of(turn: dict[str, Any]) -> str | None:
        is_whole = from_ms <= turn["start"] * _MS_PER_S and turn["end"] * _MS_PER_S <= to_ms
        return turn["text"] if is_whole and turn["text"] else None

    inside = [
        turn
        for turn in sorted(turns, key=lambda each: float(each["start"]))
        if turn["end"] * _MS_PER_S > from_ms and turn["start"] * _MS_PER_S < to_ms
    ]
    for has_text, run in groupby(inside, key=lambda turn: text_of(turn) is not None):
        rows = list(run)
        yield _ReferencePart(
            rows[0]["start"] * _MS_PER_S,
            max(row["end"] for row in rows) * _MS_PER_S,
            "".join(text_of(row) or "" for row in rows) if has_text else None,
        )
