"""Division of text into Chinese characters and words with adjacent punctuation."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from pipeline.text.scripts import (
    JOINTS,
    OPENING_MARKS,
    count_syllables,
    extends_character,
    is_letter_or_digit,
    is_of_spaced_word,
    stands_alone,
)

_EITHER_WAY = frozenset("\"'")  # opens after a space, closes after a letter


@dataclass(frozen=True, slots=True)
class TextUnit:
    """A Chinese character or a word, with adjacent space and punctuation.

    Attributes:
        text: displayed text.
        first: position of the first letter or digit in the whole text.
        stop: position after the last letter or digit.
        key: normalised spelling without case, width and punctuation; "" without letters and digits.
        num_syllables: number of syllables, at least 1.
    """

    text: str
    first: int
    stop: int
    key: str
    num_syllables: int


def text_units(text: str) -> tuple[TextUnit, ...]:
    """Divide a text into characters and words whose concatenation is the text.

    A text of punctuation only is one unit, an empty one has none.
    """
    if not text:
        return ()
    spoken = list(_spoken_spans(text)) or [(0, len(text))]
    between = [_border(text, stop, first) for (_, stop), (first, _) in pairwise(spoken)]
    borders = [0, *between, len(text)]
    return tuple(
        _unit(text, span, shown) for span, shown in zip(spoken, pairwise(borders), strict=True)
    )


def _unit(text: str, span: tuple[int, int], shown: tuple[int, int]) -> TextUnit:
    word = text[span[0] : span[1]]
    folded = unicodedata.normalize("NFKC", word).casefold()
    return TextUnit(
        text=text[shown[0] : shown[1]],
        first=span[0],
        stop=span[1],
        key="".join(letter for letter in folded if is_letter_or_digit(letter)),
        num_syllables=max(1, count_syllables(word)),
    )


def _spoken_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each word or Chinese character, without punctuation."""
    position, length = 0, len(text)
    while position < length:
        first = position
        position += 1
        if not _begins_word(text, first):
            continue
        base = text[first]
        while position < length and _continues(text, base, position):
            base = base if extends_character(text[position]) else text[position]
            position += 1
        yield first, position


def _begins_word(text: str, position: int) -> bool:
    """Return whether a word starts at a position; an accent on punctuation starts none."""
    here, before = text[position], text[position - 1 : position]
    if not is_letter_or_digit(here):
        return False
    return not extends_character(here) or not before or before.isspace()


def _continues(text: str, base: str, position: int) -> bool:
    """Return whether the character at a position continues the word that ends with `base`."""
    here = text[position]
    if extends_character(here):
        return True
    if is_letter_or_digit(here):
        return not stands_alone(here) and not stands_alone(base)
    following = text[position + 1 : position + 2]
    return here in JOINTS and is_of_spaced_word(base) and is_of_spaced_word(following)


def _border(text: str, stop: int, first: int) -> int:
    """Return the split position in the punctuation between two words, before opening marks."""
    border = first
    while border > stop and _belongs_to_next(text, border - 1, stop):
        border -= 1
    return border


def _belongs_to_next(text: str, position: int, stop: int) -> bool:
    mark = text[position]
    if mark in _EITHER_WAY:
        before = text[position - 1] if position > stop else ""
        return before.isspace() or before in OPENING_MARKS
    return mark.isspace() or mark in OPENING_MARKS
