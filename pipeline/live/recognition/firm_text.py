"""Stable prefix of a segment's interim text over successive hypotheses."""

from __future__ import annotations

from itertools import takewhile

import numpy as np

from pipeline.text.scripts import is_letter_or_digit, stands_alone


class FirmText:
    """The interim text of one segment: a stable prefix that only grows, and a rest that may change.

    The prefix grows by the text after it that two successive hypotheses have in common. A new
    hypothesis that differs inside the prefix does not change it.
    """

    def __init__(self) -> None:
        """Create the empty interim text of a new segment."""
        self._firm = ""
        self._rest = ""

    @property
    def text(self) -> str:
        """The whole interim text."""
        return self._firm + self._rest

    @property
    def num_firm(self) -> int:
        """Number of characters of the stable prefix."""
        return len(self._firm)

    def add(self, hypothesis: str) -> None:
        """Add a hypothesis, the text of a decoding pass over the segment's audio so far."""
        rest = hypothesis[end_of_match(self._firm, hypothesis) :]
        num_common = sum(1 for _ in takewhile(_is_same, zip(self._rest, rest, strict=False)))
        self._firm += rest[:num_common]
        self._rest = rest[num_common:]

    def extend(self, words: str) -> None:
        """Append words of the last hypothesis to the part that may change."""
        self._rest += words


def _is_same(letters: tuple[str, str]) -> bool:
    return letters[0] == letters[1]


def split_last_word(text: str) -> tuple[str, str]:
    """Divide a text before its last word, which the end of the audio may truncate.

    Punctuation before the word belongs to it, punctuation after it is left out. A Chinese character
    is a word.
    """
    end = start = _end_of_words(text)
    if end and stands_alone(text[end - 1]):
        start = end - 1
    while start and is_letter_or_digit(text[start - 1]) and not stands_alone(text[start - 1]):
        start -= 1
    start = _end_of_words(text[:start])
    return text[:start], text[start:end]


def _end_of_words(text: str) -> int:
    """Return the length of a text without trailing punctuation and spaces."""
    return max((place for place, each in enumerate(text, 1) if is_letter_or_digit(each)), default=0)


def end_of_match(firm: str, text: str) -> int:
    """Return the length of the prefix of `text` with the least edit distance to `firm`.

    Ties are resolved in favour of the length nearest to that of `firm`.
    """
    costs = np.arange(len(text) + 1)
    letters = np.array(list(text), dtype="<U1")
    places = np.arange(len(text) + 1)
    for number, letter in enumerate(firm, start=1):
        best = np.minimum(costs[1:] + 1, costs[:-1] + (letters != letter))
        steps = np.concatenate(([number], best)) - places
        costs = np.minimum.accumulate(steps) + places
    return int(min(places, key=lambda place: (costs[place], abs(int(place) - len(firm)))))
