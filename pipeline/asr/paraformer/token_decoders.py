"""Token decoders for the Paraformer network's outputs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.asr.language_model.fusion import (
    FusionOptions,
    TextScorer,
    fuse,
    fuse_exactly,
    rescore,
)
from pipeline.asr.language_model.token_models import Indifferent, TokenModel
from pipeline.asr.paraformer.vocabulary import END_ID, SPECIAL_IDS
from pipeline.core.errors import InferenceError

_MOST_OTHERS = 3
_SURE = np.log(0.98)  # log probability of a token from which no other one is looked for
_POSSIBLE = np.log(0.005)  # of another token


@dataclass(frozen=True, slots=True, eq=False)
class NetworkOutputs:
    """Network outputs for one speech segment, without padding.

    Attributes:
        log_probabilities: (num_tokens, vocabulary_size) float32, including special tokens.
        weights: (num_frames,) float32, fraction of a character in each 20 ms.
        peaks: (num_frames,) float32, their running integral.
    """

    log_probabilities: NDArray[np.float32]
    weights: NDArray[np.float32]
    peaks: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class DecodedTokens:
    """Decoded tokens of one speech segment.

    Attributes:
        ids: (num_tokens,) int64, without special tokens.
        probabilities: (num_tokens,) float32 in [0, 1], those of the network.
        weights: (num_frames,) float32, fraction of a character in each 20 ms.
        peaks: (num_frames,) float32, their running integral.
        greedy_ids: (num_tokens,) int64, for each token the most probable one by the network alone,
            which may be a special token.
        others: for each token the ids of the most probable other ones.
    """

    ids: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    weights: NDArray[np.float32]
    peaks: NDArray[np.float32]
    greedy_ids: NDArray[np.int64]
    others: tuple[tuple[int, ...], ...] = ()


_NO_IDS, _NOTHING = np.zeros(0, np.int64), np.zeros(0, np.float32)
NO_TOKENS = DecodedTokens(_NO_IDS, _NOTHING, _NOTHING, _NOTHING, _NO_IDS)
"""Result for a segment that is shorter than one frame."""


class TokenDecoder(Protocol):
    """A method that chooses one token for each row of the network's outputs."""

    def decode(self, outputs: NetworkOutputs) -> DecodedTokens:
        """Choose the tokens of a segment.

        Raises:
            InferenceError: the network gave values that are not finite.
        """
        ...


class GreedyDecoder:
    """A decoder that chooses the most probable token of each row (spec 3.4)."""

    def decode(self, outputs: NetworkOutputs) -> DecodedTokens:
        """Choose the most probable token of each row; see `TokenDecoder`."""
        return _decoded(outputs, outputs.log_probabilities.argmax(axis=1))


@dataclass(frozen=True, slots=True)
class FusedDecoder:
    """A decoder that searches with the scores of the network and of a language model together.

    Attributes:
        model: the language model.
        options: settings of the search.
        is_exact: search the whole vocabulary as the reference system does.
    """

    model: TokenModel[Any]  # states of any type
    options: FusionOptions
    is_exact: bool = False

    def decode(self, outputs: NetworkOutputs) -> DecodedTokens:
        """Choose the tokens by a beam search with the language model; see `TokenDecoder`."""
        rows = outputs.log_probabilities
        _check_finite(rows.max(axis=1))
        return _decoded(outputs, np.array(self._best_path(rows), np.int64))

    def _best_path(self, rows: NDArray[np.float32]) -> tuple[int, ...]:
        if not self.is_exact:
            return fuse(rows, self.model, self.options, special=SPECIAL_IDS)[0].tokens
        options = self.options
        paths = fuse_exactly(rows, self.model, weight=options.weight, beam=options.beam, end=END_ID)
        return paths[0].tokens


@dataclass(frozen=True, slots=True)
class RescoringDecoder:
    """A decoder that rescores the network's best paths with a language model.

    Attributes:
        model: scores whole texts.
        options: settings of the search; its weight is that of the model.
    """

    model: TextScorer
    options: FusionOptions

    def decode(self, outputs: NetworkOutputs) -> DecodedTokens:
        """Choose the path with the best score after rescoring; see `TokenDecoder`."""
        rows = outputs.log_probabilities
        _check_finite(rows.max(axis=1))
        alone = replace(self.options, weight=0.0)
        paths = fuse(rows, Indifferent(rows.shape[1]), alone, special=SPECIAL_IDS)
        best = rescore(paths, self.model, weight=self.options.weight, special=SPECIAL_IDS)
        return _decoded(outputs, np.array(best.tokens, np.int64))


def _decoded(outputs: NetworkOutputs, ids: NDArray[np.int64]) -> DecodedTokens:
    """Return the tokens chosen for the first rows, without special tokens."""
    rows = outputs.log_probabilities[: len(ids)]
    chosen = rows[np.arange(len(ids)), ids]
    _check_finite(chosen)
    is_text = ~np.isin(ids, list(SPECIAL_IDS))
    rows, ids = rows[is_text], ids[is_text]
    return DecodedTokens(
        ids,
        np.exp(np.minimum(chosen[is_text], 0.0)),
        outputs.weights,
        outputs.peaks,
        rows.argmax(axis=1),
        tuple(_other_tokens(row, int(token)) for row, token in zip(rows, ids, strict=True)),
    )


def _other_tokens(row: NDArray[np.float32], chosen: int) -> tuple[int, ...]:
    """Return the most probable alternatives to a chosen token, best first; none if certain."""
    if row[chosen] > _SURE:
        return ()
    best = np.argpartition(-row, _MOST_OTHERS)[: _MOST_OTHERS + 1]
    ranked = sorted((int(each) for each in best), key=lambda each: (-row[each], each))
    kept = [each for each in ranked if each != chosen and row[each] > _POSSIBLE]
    return tuple(each for each in kept if each not in SPECIAL_IDS)[:_MOST_OTHERS]


def _check_finite(values: NDArray[np.float32]) -> None:
    if not np.isfinite(values).all():
        raise InferenceError("Paraformer gave probabilities that are not finite numbers")
