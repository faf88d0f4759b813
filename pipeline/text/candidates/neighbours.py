"""Probabilities of words by an n-gram model of texts that are similar to a recording."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pipeline.text.ngrams.ngram import Ngram

_SHARE = 0.1  # of the model beside the general frequencies of words
_OWN, _GENERAL = math.log(_SHARE), math.log(1.0 - _SHARE)
_NATURAL = math.log(10)


class NeighbourModel:
    """An n-gram model of characters that scores a word by the characters around it."""

    def __init__(self, ngram: Ngram, vocabulary: Sequence[str]) -> None:
        """Store the model and its tokens in the order of their ids."""
        self._ngram = ngram
        self._reach = ngram.order - 1
        self._ids = {text: number for number, text in enumerate(vocabulary)}

    def mixed(self, log_probability: float, text: str, start: int, word: str) -> float:
        """Combine the general probability of a word with that by the model in its place.

        The result is the log probability of a mixture of both, plus what the characters after the
        word gain or lose by it.

        Args:
            log_probability: general log probability of the word.
            text: Chinese characters.
            start: position of the word.
            word: text of the same length as the characters in its place.
        """
        stop = start + len(word)
        before, after = text[max(0, start - self._reach) : start], text[stop : stop + self._reach]
        own = _NATURAL * self._log10(before, word)
        return (
            _log_sum(_GENERAL + log_probability, _OWN + own)
            + self._evidence(before + word, after)
            - self._evidence(text[max(0, start - self._reach) : stop], after)
        )

    def _log10(self, before: str, word: str) -> float:
        """Return log10 P(word | before), -inf if a character of the word is unknown."""
        history = self._known_end(before)
        total = 0.0
        for character in word:
            number = self._ids.get(character)
            if number is None:
                return -math.inf
            total += self._ngram.score(number, history)
            history = [*history, number]
        return total

    def _evidence(self, before: str, after: str) -> float:
        """Return the evidence for the characters after a text up to the first unknown one."""
        history = self._known_end(before)
        total = 0.0
        for character in after:
            number = self._ids.get(character)
            if number is None:
                break
            total += self._ngram.evidence_for(number, history)
            history = [*history, number]
        return _NATURAL * total

    def _known_end(self, text: str) -> list[int]:
        """Return the ids of the known characters at the end of a text."""
        known: list[int] = []
        for character in reversed(text):
            number = self._ids.get(character)
            if number is None:
                break
            known.insert(0, number)
        return known


def _log_sum(first: float, second: float) -> float:
    """Return the logarithm of the sum of two numbers with the given logarithms."""
    largest = max(first, second)
    return largest + math.log(math.exp(first - largest) + math.exp(second - largest))
