"""Other tokens that the network considered beside the chosen ones, alone and with a model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.asr.language_model.fusion import FusionOptions
from pipeline.asr.language_model.token_models import NextTokens
from pipeline.asr.paraformer.token_decoders import (
    FusedDecoder,
    GreedyDecoder,
    NetworkOutputs,
    RescoringDecoder,
)
from pipeline.asr.paraformer.vocabulary import END_ID

NUM_TOKENS = 12
_NOTHING = np.zeros(0, np.float32)


def outputs(*rows: dict[int, float]) -> NetworkOutputs:
    """Return outputs with the given probabilities; the rest is shared by all other tokens."""
    table = np.full((len(rows), NUM_TOKENS), 1e-6, np.float32)
    for row, probabilities in zip(table, rows, strict=True):
        for token, probability in probabilities.items():
            row[token] = probability
    return NetworkOutputs(np.log(table), _NOTHING, _NOTHING)


def test_the_most_probable_other_tokens_are_kept_the_best_first():
    decoded = GreedyDecoder().decode(outputs({5: 0.5, 7: 0.1, 9: 0.3, 10: 0.05, 11: 0.04}))
    assert decoded.ids.tolist() == [5]
    assert decoded.others == ((9, 7, 10),)


def test_a_certain_token_has_no_others_and_special_or_improbable_ones_are_none():
    decoded = GreedyDecoder().decode(
        outputs({5: 0.99, 7: 0.01}, {6: 0.6, END_ID: 0.38, 8: 0.001}, {END_ID: 0.9, 5: 0.1})
    )
    assert decoded.ids.tolist() == [5, 6]
    assert decoded.others == ((), ())


class Expecting:
    """A language model that expects one token everywhere."""

    def __init__(self, token: int) -> None:
        self.token = token

    def begin(self) -> NextTokens[int]:
        return self.advance([0], [0])

    def advance(self, states: Sequence[int], tokens: Sequence[int]) -> NextTokens[int]:
        scores = np.full((len(states), NUM_TOKENS), -20.0, np.float32)
        scores[:, self.token] = 0.0
        return NextTokens(scores, tuple(states))

    def score_texts(self, texts: Sequence[Sequence[int]]) -> NDArray[np.float64]:
        return np.array([float(list(text).count(self.token)) for text in texts])


UNCERTAIN = outputs({5: 0.6, 7: 0.3}, {END_ID: 0.9, 6: 0.05}, {6: 0.99}, {8: 0.5, 7: 0.4})
GREEDY_IDS = [5, 6, 8]


def test_the_token_of_the_network_alone_is_kept_beside_that_of_a_language_model():
    alone = GreedyDecoder().decode(UNCERTAIN)
    fused = FusedDecoder(Expecting(7), FusionOptions(weight=1.0)).decode(UNCERTAIN)
    rescored = RescoringDecoder(Expecting(7), FusionOptions(weight=1.0)).decode(UNCERTAIN)

    assert alone.ids.tolist() == GREEDY_IDS
    assert fused.ids.tolist() == rescored.ids.tolist() == [7, 6, 7]
    for decoded in (alone, fused, rescored):
        assert decoded.greedy_ids.tolist() == GREEDY_IDS


def test_the_exact_search_may_end_before_the_last_row():
    decoder = FusedDecoder(Expecting(END_ID), FusionOptions(weight=1.0), is_exact=True)

    decoded = decoder.decode(outputs({5: 0.9}, {END_ID: 0.5, 6: 0.4}, {7: 0.9}))

    assert decoded.ids.tolist() == decoded.greedy_ids.tolist() == []
