"""Probability that a recognised character is wrong, from confidences and word frequencies.

The recogniser's own confidence is a weak indicator: of the 15 % of characters with the lowest
confidence 44 % are wrong in Whisper base's texts of the development recordings, with this model
62 %, by cross-validation over recordings. `tools/train_word_doubt.py` prints the constants.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from pipeline.text.candidates.lexicon import Lexicon

_INTERCEPT = -3.25
_OWN = -0.60  # of the log odds of the character's own probability
_BEFORE = -0.17  # of those of the character before it
_AFTER = -0.28  # of those of the character after it
_FREQUENCY = -0.53  # of the log share of its word among all words, divided by the characters
_EDGE = 4.0  # log odds beside the text
_UNCERTAIN, _CERTAIN = 0.001, 0.999  # bounds of probabilities


def doubts_of(text: str, confidences: Sequence[float], lexicon: Lexicon) -> tuple[float, ...]:
    """Return the error probability of each character.

    Args:
        text: Chinese characters without punctuation.
        confidences: the recogniser's probability of each character.
        lexicon: frequencies of words.
    """
    odds = [_log_odds(each) for each in confidences]
    around = [_EDGE, *odds, _EDGE]
    return tuple(
        _probability(
            _INTERCEPT
            + _OWN * own
            + _BEFORE * around[at]
            + _AFTER * around[at + 2]
            + _FREQUENCY * frequency
        )
        for at, (own, frequency) in enumerate(zip(odds, word_shares(text, lexicon), strict=True))
    )


def word_shares(text: str, lexicon: Lexicon) -> list[float]:
    """Return for each character the log probability of its word divided by the word's length."""
    shares: list[float] = []
    for word in lexicon.words_of(text):
        share = lexicon.log_probability(word) or 0.0
        shares += [share / len(word)] * len(word)
    return shares


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, _UNCERTAIN), _CERTAIN)
    return math.log(bounded / (1.0 - bounded))


def _probability(log_odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-log_odds))
