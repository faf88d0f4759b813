"""Stable prefix of a segment's interim text over successive hypotheses."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np

from pipeline.text.scripts import is_letter_or_digit, stands_alone

_MOST_CHANGES = 0.5  # of the shown characters; a text with more is not the same one


class FirmText:
    """The interim text of one segment: a stable prefix that only grows, and a rest that may change.

    The prefix grows by the text after it that two successive hypotheses have in common. A new
    hypothesis that differs inside the prefix does not change it. One that differs little in the
    rest only continues it, since the next hypothesis often takes such a change back.
    """

    def __init__(self) -> None:
        """Create the empty interim text of a new segment."""
        self._firm = ""
        self._rest = ""
        self._last = ""  # the last hypothesis after the prefix, of which `_rest` may differ

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
        last = hypothesis[best_match(self._firm, hypothesis).length :]
        agreed = os.path.commonprefix([self._last, last])  # noqa: RUF071 - of text
        shown = self._rest[len(agreed) :] if self._rest.startswith(agreed) else ""
        self._firm += agreed
        self._last = last[len(agreed) :]
        self._rest = _continued(shown, self._last)

    def extend(self, words: str) -> None:
        """Append words of the last hypothesis to the part that may change."""
        self._last += words
        self._rest += words


def _continued(shown: str, hypothesis: str) -> str:
    """Return the shown text with the end of a hypothesis, or the hypothesis if it differs much."""
    match = best_match(shown, hypothesis)
    if match.num_changes > _MOST_CHANGES * len(shown):
        return hypothesis
    return shown + hypothesis[match.length :]


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


@dataclass(frozen=True, slots=True)
class PrefixMatch:
    """The prefix of a text that is most similar to another text.

    Attributes:
        length: number of characters of the prefix.
        num_changes: edit distance.
    """

    length: int
    num_changes: int


def best_match(searched: str, text: str) -> PrefixMatch:
    """Return the prefix of `text` with the least edit distance to `searched`.

    Ties are resolved in favour of the length nearest to that of `searched`.
    """
    costs = np.arange(len(text) + 1)
    letters = np.array(list(text), dtype="<U1")
    places = np.arange(len(text) + 1)
    for number, letter in enumerate(searched, start=1):
        best = np.minimum(costs[1:] + 1, costs[:-1] + (letters != letter))
        steps = np.concatenate(([number], best)) - places
        costs = np.minimum.accumulate(steps) + places
    length = min(map(int, places), key=lambda place: (costs[place], abs(place - len(searched))))
    return PrefixMatch(length, int(costs[length]))
