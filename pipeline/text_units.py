"""Text cut into what one time belongs to: Chinese characters and words, marks beside them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from pipeline.writing import (
    count_syllables,
    is_letter_or_digit,
    is_of_spaced_word,
    stands_alone,
)

_OPENING = frozenset("“‘「『（(《〈【[{¿¡$€£¥#")
_EITHER_WAY = frozenset("\"'")  # opens after a space, closes after a letter
_JOINTS = frozenset("'’-.,:/_@&")  # stand inside 3.5, 30,000, don't, e-mail


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
    """Where each character or word begins and ends, marks left out."""
    position, length = 0, len(text)
    while position < length:
        first = position
        position += 1
        if not is_letter_or_digit(text[first]):
            continue
        while position < length and _goes_on(text, position):
            position += 1
        yield first, position


def _goes_on(text: str, position: int) -> bool:
    """Whether the letter or mark at a position belongs to the word that is open before it."""
    before, here = text[position - 1], text[position]
    if unicodedata.category(here)[0] == "M":  # an accent or a vowel sign of the letter before
        return True
    if is_letter_or_digit(here):
        return not stands_alone(here) and not stands_alone(before)
    following = text[position + 1 : position + 2]
    return here in _JOINTS and is_of_spaced_word(before) and is_of_spaced_word(following)


def _border(text: str, stop: int, first: int) -> int:
    """Where the marks between two words are divided: opening ones go with the word after."""
    border = first
    while border > stop and _belongs_to_next(text, border - 1, stop):
        border -= 1
    return border


def _belongs_to_next(text: str, position: int, stop: int) -> bool:
    mark = text[position]
    if mark in _EITHER_WAY:
        before = text[position - 1] if position > stop else ""
        return before.isspace() or before in _OPENING
    return mark.isspace() or mark in _OPENING
