"""An n-gram language model that scores all tokens of a vocabulary at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

History = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Successors:
    """The tokens observed after a history, with their probabilities.

    Attributes:
        tokens: (num_tokens,) int64, sorted.
        log10: (num_tokens,) float32, log10 P(token | history).
    """

    tokens: NDArray[np.int64]
    log10: NDArray[np.float32]

    def log10_of(self, token: int) -> float | None:
        """Return log10 P(token | history); None if the token was not observed."""
        place = int(self.tokens.searchsorted(token))
        is_seen = place < len(self.tokens) and self.tokens[place] == token
        return float(self.log10[place]) if is_seen else None


@dataclass(frozen=True, slots=True, eq=False)
class Ngram:
    """An n-gram model over the token ids of a vocabulary.

    Attributes:
        order: length of the longest n-grams.
        unigrams: (vocabulary_size,) float32, log10 P(token).
        successors: tokens after each seen history of 1 to order - 1 tokens.
        back_off: log10 weight of the shorter history, for histories where it is not 0.
    """

    order: int
    unigrams: NDArray[np.float32]
    successors: Mapping[History, Successors]
    back_off: Mapping[History, float]

    def scores(self, history: Sequence[int]) -> NDArray[np.float32]:
        """Compute log10 P(token | history) of every token, (vocabulary_size,) float32.

        The history starts with the sentence start; only its last `order - 1` tokens are used.
        """
        scores: NDArray[np.float32] = self.unigrams.copy()
        for suffix in self._suffixes(history):
            scores += np.float32(self.back_off.get(suffix, 0.0))
            seen = self.successors.get(suffix)
            if seen is not None:
                scores[seen.tokens] = seen.log10
        return scores

    def evidence(self, history: Sequence[int]) -> NDArray[np.float32]:
        """Compute each token's log probability given the history minus its unigram log probability.

        Returns:
            (vocabulary_size,) float32: log10 P(token | history) - log10 P(token) where an n-gram
            of at least two tokens ends in the token, 0 elsewhere.
        """
        gains = np.zeros(self.unigrams.shape, np.float32)
        for suffix in self._suffixes(history):
            seen = self.successors.get(suffix)
            if seen is not None:
                gains[seen.tokens] = seen.log10 - self.unigrams[seen.tokens]
        return gains

    def score(self, token: int, history: Sequence[int]) -> float:
        """Compute the element of `scores` of one token."""
        score = 0.0
        for suffix in reversed(self._suffixes(history)):
            seen = self.successors.get(suffix)
            log10 = None if seen is None else seen.log10_of(token)
            if log10 is not None:
                return score + log10
            score += self.back_off.get(suffix, 0.0)
        return score + float(self.unigrams[token])

    def evidence_for(self, token: int, history: Sequence[int]) -> float:
        """Compute the element of `evidence` of one token."""
        for suffix in reversed(self._suffixes(history)):
            seen = self.successors.get(suffix)
            log10 = None if seen is None else seen.log10_of(token)
            if log10 is not None:
                return log10 - float(self.unigrams[token])
        return 0.0

    def _suffixes(self, history: Sequence[int]) -> list[History]:
        """Return the suffixes of a history up to the model's order, the shortest first."""
        longest = min(len(history), self.order - 1)
        tokens = tuple(history)
        return [tokens[-length:] for length in range(1, longest + 1)]
