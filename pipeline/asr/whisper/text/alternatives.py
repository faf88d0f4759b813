"""Alternative Chinese characters from the decoder's other hypotheses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.asr.whisper.text.spoken_units import TimedPiece
from pipeline.text.scripts import is_chinese
from pipeline.text.sequence_alignment import kept_pairs


def with_alternatives(
    units: Sequence[TimedPiece], other_texts: Sequence[str]
) -> tuple[TimedPiece, ...]:
    """Return the units with the Chinese characters that other hypotheses have in their place.

    Args:
        units: one for each character or word of the best hypothesis.
        other_texts: the other hypotheses, the most probable first.
    """
    keys = [_spoken(unit.text) for unit in units]
    found: list[dict[str, None]] = [{} for _ in units]
    for text in other_texts:
        characters = [each for each in text if is_chinese(each)]
        for place, character in _substitutions(keys, characters):
            found[place][character] = None
    return tuple(
        replace(unit, alternatives=tuple(others)) if others else unit
        for unit, others in zip(units, found, strict=True)
    )


def _substitutions(keys: Sequence[str], others: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield (position, other character) for each replaced span of equal length in both texts."""
    first = other = 0
    for kept, kept_other in (*kept_pairs(keys, others), (len(keys), len(others))):
        if kept - first == kept_other - other:
            changed = zip(range(first, kept), others[other:kept_other], strict=True)
            yield from ((place, character) for place, character in changed if keys[place])
        first, other = kept + 1, kept_other + 1


def _spoken(text: str) -> str:
    """Return the Chinese characters of a unit; "" if it has none."""
    return "".join(each for each in text if is_chinese(each))
