"""Character errors of the parts of a recording with a known text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from pipeline.metrics import CharacterErrors, character_errors

_MS_PER_S = 1000


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word of a hypothesis.

    Attributes:
        middle_ms: middle of its time.
        text: written form.
    """

    middle_ms: float
    text: str


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Consecutive turns with a text, or without one."""

    start_ms: float
    end_ms: float
    text: str | None


def placed_errors(
    turns: Sequence[dict[str, Any]],  # Any: a row of the truth's JSON
    heard: Sequence[HeardWord],
    *,
    from_ms: float = 0,
    duration_ms: float,
) -> CharacterErrors:
    """Return the errors of a hypothesis, whose words count to the part in which they are.

    Args:
        turns: rows with "start" and "end" in seconds, and a "text" or none.
        heard: words of a piece of the recording, relative to the piece's start.
        from_ms: where the piece starts.
        duration_ms: length of the piece; turns across its borders are ignored.
    """
    stretches = list(_stretches(turns, from_ms, from_ms + duration_ms))
    borders = [0.0, *((a.end_ms + b.start_ms) / 2 - from_ms for a, b in pairwise(stretches))]
    borders.append(duration_ms)
    errors = CharacterErrors()
    for stretch, (start_ms, end_ms) in zip(stretches, pairwise(borders), strict=True):
        if stretch.text is not None:
            found = (word.text for word in heard if start_ms <= word.middle_ms < end_ms)
            errors += character_errors(stretch.text, "".join(found))
    return errors


def _stretches(
    turns: Sequence[dict[str, Any]],
    from_ms: float,
    to_ms: float,  # Any: as above
) -> Iterator[_Stretch]:
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
        yield _Stretch(
            rows[0]["start"] * _MS_PER_S,
            max(row["end"] for row in rows) * _MS_PER_S,
            "".join(text_of(row) or "" for row in rows) if has_text else None,
        )
