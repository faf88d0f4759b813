"""Language models that score the next token of a text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.core.language_model_options import LanguageModelForm
from pipeline.text.ngrams.ngram import History, Ngram

_NATURAL = np.float32(math.log(10))

State = TypeVar("State")


@dataclass(frozen=True, slots=True, eq=False)
class NextTokens(Generic[State]):
    """Next-token scores of several texts, and the model states from which to continue.

    Attributes:
        scores: (num_texts, vocabulary_size) float32, natural logarithms.
        states: one for each text.
    """

    scores: NDArray[np.float32]
    states: tuple[State, ...]


class TokenModel(Protocol[State]):
    """A language model over the recogniser's tokens."""

    def begin(self) -> NextTokens[State]:
        """Return the scores of the first token of a text."""
        ...

    def advance(self, states: Sequence[State], tokens: Sequence[int]) -> NextTokens[State]:
        """Append a token to each text; return the scores of the next one.

        Args:
            states: at least one, of texts of equal length.
            tokens: one token for each state.
        """
        ...


@dataclass(frozen=True, slots=True)
class Indifferent:
    """A `TokenModel` with equal scores for all tokens, for a search without a language model.

    Attributes:
        num_tokens: size of the vocabulary.
    """

    num_tokens: int

    def begin(self) -> NextTokens[None]:
        """Return scores of 0 for all tokens at the start of a text."""
        return self.advance([None], [0])

    def advance(self, states: Sequence[None], tokens: Sequence[int]) -> NextTokens[None]:
        """Return scores of 0 for all tokens after each text."""
        return NextTokens(np.zeros((len(tokens), self.num_tokens), np.float32), tuple(states))


@dataclass(frozen=True, slots=True)
class NgramTokenModel:
    """An n-gram model as a `TokenModel`, whose states are the tokens so far.

    Attributes:
        ngram: the model.
        start: id of the start of a sentence.
        form: probabilities, or their ratio to the unigram probability.
    """

    ngram: Ngram
    start: int
    form: LanguageModelForm

    def begin(self) -> NextTokens[History]:
        """Return the scores after the start of a sentence."""
        return self._after([(self.start,)])

    def advance(self, states: Sequence[History], tokens: Sequence[int]) -> NextTokens[History]:
        """Append a token to each text; return the scores of the next one."""
        kept = max(self.ngram.order - 1, 1)
        pairs = zip(states, tokens, strict=True)
        return self._after([(*history, token)[-kept:] for history, token in pairs])

    def _after(self, histories: Sequence[History]) -> NextTokens[History]:
        is_plain = self.form is LanguageModelForm.PLAIN
        score = self.ngram.scores if is_plain else self.ngram.evidence
        rows = np.stack([score(history) for history in histories])
        return NextTokens(rows * _NATURAL, tuple(histories))
