from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.speakers.clustering.band_matching import match_bands
from pipeline.speakers.clustering.cluster_cleanup import unit_rows
from pipeline.speakers.clustering.voice_clusterer import VoiceClusterer

WINDOWS_EACH = 12
DIM = 192


class TwoBands:
    """Voices whose telephone embeddings point elsewhere than their wideband embeddings."""

    def __init__(self, wide: list[int], narrow: list[int]) -> None:
        random = np.random.default_rng(0)
        voices, shifts = random.normal(size=(2, 6, DIM))
        self.speakers = np.repeat([*wide, *narrow], WINDOWS_EACH)
        self.is_narrow = np.arange(len(self.speakers)) >= WINDOWS_EACH * len(wide)
        noise = 0.3 * random.normal(size=(len(self.speakers), DIM))
        limited = voices[self.speakers] + noise
        moved = np.where(self.is_narrow[:, np.newaxis], 2 * shifts[self.speakers], 0.0)
        self.limited = unit_rows(limited).astype(np.float32)
        self.embeddings = unit_rows(shifts[self.speakers] * -1 + limited + moved).astype(np.float32)

    def match(self) -> NDArray[np.float32]:
        return match_bands(self.embeddings, self.limited, self.is_narrow, VoiceClusterer())

    def cosine(self, rows: NDArray[np.float32], first: int, second: int) -> float:
        """Mean cosine of one speaker's wideband windows to another's telephone windows."""
        wide = rows[(self.speakers == first) & ~self.is_narrow]
        narrow = rows[(self.speakers == second) & self.is_narrow]
        return float((wide @ narrow.T).mean())


def test_a_speaker_in_both_bands_has_one_embedding() -> None:
    voices = TwoBands(wide=[0, 1], narrow=[0, 1])

    matched = voices.match()

    assert voices.cosine(voices.embeddings, 0, 0) < 0.3
    assert voices.cosine(matched, 0, 0) > 0.8
    assert voices.cosine(matched, 1, 1) > 0.8
    assert abs(voices.cosine(matched, 0, 1)) < 0.3


def test_a_voice_of_the_telephone_alone_is_like_no_other() -> None:
    voices = TwoBands(wide=[0, 1], narrow=[2])

    matched = voices.match()

    assert abs(voices.cosine(matched, 0, 2)) < 0.3
    assert abs(voices.cosine(matched, 1, 2)) < 0.3


def test_wideband_embeddings_are_left_as_they_are() -> None:
    voices = TwoBands(wide=[0, 1, 2], narrow=[0])

    matched = voices.match()

    wide = ~voices.is_narrow
    assert np.array_equal(matched[wide], voices.embeddings[wide])
    assert np.allclose(np.linalg.norm(matched, axis=1), 1.0, atol=1e-6)


def test_one_window_in_each_band_is_enough() -> None:
    rows = np.eye(2, DIM, dtype=np.float32)

    matched = match_bands(rows, rows[[0, 0]], np.array([False, True]), VoiceClusterer())

    assert np.allclose(matched, rows[[0, 0]])


def test_few_windows_of_the_telephone_match_as_many_would() -> None:
    axes = np.eye(DIM, dtype=np.float32)
    wide = np.repeat(axes[:1], WINDOWS_EACH, axis=0)
    voice = 0.65 * axes[0] + np.sqrt(1 - 0.65**2) * axes[1]  # as like the wideband voice
    narrow = np.sqrt(0.5) * (voice + axes[2:5])  # each with another half of its own
    is_narrow = np.arange(WINDOWS_EACH + 3) >= WINDOWS_EACH
    limited = np.concatenate([wide, narrow]).astype(np.float32)
    embeddings = np.roll(limited, 9, axis=1)  # the whole band looks in other directions

    matched = match_bands(embeddings, limited, is_narrow, VoiceClusterer())

    mean = narrow.mean(axis=0)
    assert mean @ axes[0] / np.linalg.norm(mean) < 0.6  # the smallest of one voice
    assert (matched[is_narrow] @ embeddings[0] > 0.5).all()
