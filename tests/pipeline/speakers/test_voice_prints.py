"""Voice prints of people."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.speakers.clustering.sentence_voices import SentenceVoices
from pipeline.speakers.voice_prints import VoicePrint, known_voice, voice_print

DIM = 64
AXES = np.eye(DIM, dtype=np.float32)


def print_at(cosine: float, axis: int = 1) -> VoicePrint:
    """Return the print of a voice with the given cosine to the first axis."""
    mean = cosine * AXES[0] + float(np.sqrt(1.0 - cosine**2)) * AXES[axis]
    return VoicePrint(mean.astype(np.float32), 0.3, 10.0)


HEARD = VoicePrint(0.7 * AXES[0], 0.5, 20.0)


def test_the_print_of_sentences_is_their_mean_weighted_by_windows() -> None:
    means = np.stack([0.9 * AXES[0], 0.6 * AXES[1]]).astype(np.float64)
    voices = SentenceVoices(means, np.array([3.0, 1.0]), np.zeros(2, dtype=np.int64))

    found = voice_print(voices)

    assert found is not None
    np.testing.assert_allclose(found.mean[:2], [0.675, 0.15], rtol=1e-6)
    assert found.num_windows == 4.0
    assert found.spread == pytest.approx(1.0 - 0.675**2 - 0.15**2)


def test_sentences_without_a_window_have_no_print() -> None:
    empty = SentenceVoices(np.zeros((1, DIM)), np.zeros(1), np.full(1, -1, dtype=np.int64))

    assert voice_print(empty) is None


def test_a_similar_voice_is_known_by_its_most_similar_print() -> None:
    found = known_voice(HEARD, {"Anna": [print_at(0.1), print_at(0.9)], "Bo": [print_at(0.3, 2)]})

    assert found is not None
    assert found.person == "Anna"
    assert 0.99 < found.probability < 1.0


@pytest.mark.parametrize("cosine", [0.0, 0.4, 0.55])
def test_a_strange_voice_is_not_known(cosine: float) -> None:
    assert known_voice(HEARD, {"Anna": [print_at(cosine)]}) is None


def test_a_voice_between_two_people_is_neither() -> None:
    assert known_voice(HEARD, {"Anna": [print_at(0.9)], "Bo": [print_at(0.85, 2)]}) is None


def test_nobody_is_known_without_prints() -> None:
    assert known_voice(HEARD, {}) is None
    assert known_voice(HEARD, {"Anna": []}) is None
