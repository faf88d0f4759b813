"""Other tokens that the network considered beside the chosen ones."""

from __future__ import annotations

import numpy as np

from pipeline.asr.paraformer.token_decoders import GreedyDecoder, NetworkOutputs
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
