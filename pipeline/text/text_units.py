"""Text cut into what one time belongs to: Chinese characters and words, marks beside them."""

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
    """A Chinese character or a word, with the space before it and the marks around it.

    Attributes:
        text: what is shown.
        first: position in the whole text of the first letter that is spoken.
        stop: position after the last one; `first` to `stop` holds no outer marks.
        key: the same for spellings that differ in case, width or marks alone; "" where nothing
            is spoken.
        num_syllables: how long it takes to say, at least 1.
    """

    text: str
    first: int
    stop: int
    key: str
    num_syllables: int


def text_units(text: str) -> tuple[TextUnit, ...]:
    """The units of a text; their texts in a row are the text.

    A text of marks alone is one unit, an empty one has none.
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
    """Yield where each character or word begins and ends, marks left out."""
    position, length = 0, len(text)
    while position < length:
        first = position
        position += 1
        if not _begins_word(text, first):
            continue
        base = text[first]
        while position < length and _goes_on(text, base, position):
            base = base if extends_character(text[position]) else text[position]
            position += 1
        yield first, position


def _begins_word(text: str, position: int) -> bool:
    """Return whether a letter stands at a position; a sign on a mark or an emoji is none."""
    here, before = text[position], text[position - 1 : position]
    if not is_letter_or_digit(here):
        return False
    return not extends_character(here) or not before or before.isspace()


def _goes_on(text: str, base: str, position: int) -> bool:
    """Return whether the character at a position belongs to the word whose last letter is base."""
    here = text[position]
    if extends_character(here):
        return True
    if is_letter_or_digit(here):
        return not stands_alone(here) and not stands_alone(base)
    following = text[position + 1 : position + 2]
    return here in JOINTS and is_of_spaced_word(base) and is_of_spaced_word(following)


def _border(text: str, stop: int, first: int) -> int:
    """Return where the marks between two words are divided: opening ones go with the word after."""
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
