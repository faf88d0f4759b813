"""The part of a segment's passing text that stays from one hypothesis to the next."""

from __future__ import annotations

from itertools import takewhile

import numpy as np

from pipeline.text.scripts import is_letter_or_digit, stands_alone


class FirmText:
    """The passing text of one segment: a firm part that only grows, and a rest that may change.

    The firm part grows by what two successive hypotheses have in common after it. A new
    hypothesis that differs inside the firm part changes nothing there.
    """

    def __init__(self) -> None:
        """Create the empty firm text of a new segment."""
        self._firm = ""
        self._rest = ""

    @property
    def text(self) -> str:
        """The whole passing text."""
        return self._firm + self._rest

    @property
    def num_firm(self) -> int:
        """Number of characters of the firm part."""
        return len(self._firm)

    def add(self, hypothesis: str) -> None:
        """Add the text of a pass over the segment's audio so far."""
        rest = hypothesis[end_of_match(self._firm, hypothesis) :]
        num_common = sum(1 for _ in takewhile(_is_same, zip(self._rest, rest, strict=False)))
        self._firm += rest[:num_common]
        self._rest = rest[num_common:]


def _is_same(letters: tuple[str, str]) -> bool:
    return letters[0] == letters[1]


def without_last_word(text: str) -> str:
    """Return a text without its last word, which its audio may cut in two, and the marks around it.

    A Chinese character is a word.
    """
    end = _end_of_words(text)
    if end and stands_alone(text[end - 1]):
        return text[: _end_of_words(text[: end - 1])]
    while end and is_letter_or_digit(text[end - 1]) and not stands_alone(text[end - 1]):
        end -= 1
    return text[: _end_of_words(text[:end])]


def _end_of_words(text: str) -> int:
    """Return the length of a text without the marks and spaces at its end."""
    return max((place for place, each in enumerate(text, 1) if is_letter_or_digit(each)), default=0)


def end_of_match(firm: str, text: str) -> int:
    """Return the length of the prefix of `text` with the least edit distance to `firm`.

    Of several, the one whose length is nearest to that of `firm`.
    """
    costs = np.arange(len(text) + 1)
    letters = np.array(list(text), dtype="<U1")
    places = np.arange(len(text) + 1)
    for number, letter in enumerate(firm, start=1):
        best = np.minimum(costs[1:] + 1, costs[:-1] + (letters != letter))
        steps = np.concatenate(([number], best)) - places
        costs = np.minimum.accumulate(steps) + places
    return int(min(places, key=lambda place: (costs[place], abs(int(place) - len(firm)))))
