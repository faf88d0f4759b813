"""Marks of the parts in which the sentences of two transcripts differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from pipeline.text.sequence_alignment import kept_pairs
from pipeline.text.text_units import text_units


@dataclass(frozen=True, slots=True)
class TextPart:
    """A part of a sentence, with a flag for a difference from the other transcript."""

    text: str
    is_changed: bool


MarkedSentence = tuple[TextPart, ...]


def join_parts(marked: Iterable[tuple[str, bool]]) -> MarkedSentence:
    """Join neighbouring (text, is changed) with the same flag to parts."""
    parts: list[TextPart] = []
    for text, is_changed in marked:
        if parts and parts[-1].is_changed == is_changed:
            parts[-1] = TextPart(parts[-1].text + text, is_changed)
        else:
            parts.append(TextPart(text, is_changed))
    return tuple(parts)


def mark_differences(
    first: Sequence[str], second: Sequence[str]
) -> tuple[tuple[MarkedSentence, ...], tuple[MarkedSentence, ...]]:
    """Divide the sentences of two passages where equal and different text meet.

    Characters, words, spaces and punctuation marks are compared as they are written.

    Returns:
        The marked sentences of the first passage and of the second.
    """
    sides = [[list(_words_and_marks(text)) for text in texts] for texts in (first, second)]
    kept = kept_pairs(*([item for sentence in side for item in sentence] for side in sides))
    one, other = (
        _marked(side, {pair[number] for pair in kept}) for number, side in enumerate(sides)
    )
    return one, other


def _marked(sentences: Sequence[Sequence[str]], kept: set[int]) -> tuple[MarkedSentence, ...]:
    places = count()
    return tuple(
        join_parts((item, next(places) not in kept) for item in sentence) for sentence in sentences
    )


def _words_and_marks(text: str) -> Iterator[str]:
    """Yield Chinese characters and words, and each other character by itself."""
    end = 0
    for unit in text_units(text):
        begin, end = end, end + len(unit.text)
        yield from text[begin : unit.first]
        yield text[unit.first : unit.stop]
        yield from text[unit.stop : end]
