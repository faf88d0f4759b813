from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.audio.samples import Audio
from pipeline.core.intervals import Interval
from pipeline.speakers.embedding.telephone_band import (
    centre_embeddings,
    holds_both_bands,
    is_narrowband,
    keep_telephone_band,
)

RATE = 16_000
WINDOWS = [Interval(start, start + 1_500) for start in range(0, 30_000, 1_500)]


def tones(*, highest_hz: int, seconds: float = 1.5, level: float = 0.1) -> NDArray[np.float32]:
    """A sum of equally strong tones from 400 Hz up."""
    times = np.arange(int(seconds * RATE)) / RATE
    frequencies = np.arange(400, highest_hz, 137)
    waves = np.sin(2 * np.pi * frequencies[:, np.newaxis] * times).sum(axis=0)
    return np.asarray(level * waves / np.abs(waves).max(), np.float32)


def recording(num_narrow: int) -> Audio:
    """A recording of 20 windows, the first of which are limited to the telephone band."""
    parts = [
        tones(highest_hz=3_300 if number < num_narrow else 7_000) for number in range(len(WINDOWS))
    ]
    return Audio((np.concatenate(parts) * 32_767).astype(np.int16))


@pytest.mark.parametrize("level", [0.5, 0.01])
def test_sound_up_to_3300_hz_is_narrowband_and_up_to_7000_hz_is_not(level: float) -> None:
    assert is_narrowband(tones(highest_hz=3_300, level=level))
    assert not is_narrowband(tones(highest_hz=7_000, level=level))


def test_weak_high_frequencies_are_enough_for_wideband() -> None:
    mixed = tones(highest_hz=3_300) + tones(highest_hz=7_000, level=0.005)

    assert not is_narrowband(mixed)


def test_silence_is_not_narrowband() -> None:
    assert not is_narrowband(np.zeros(RATE, np.float32))


@pytest.mark.parametrize(
    ("num_narrow", "expected"), [(0, False), (1, False), (2, True), (10, True), (18, True)]
)
def test_a_recording_is_of_both_bands_from_two_windows_of_the_rarer_on(
    num_narrow: int, expected: bool
) -> None:
    assert holds_both_bands(recording(num_narrow), WINDOWS) is expected


@pytest.mark.parametrize("num_narrow", [19, 20])
def test_a_telephone_recording_is_of_one_band(num_narrow: int) -> None:
    assert not holds_both_bands(recording(num_narrow), WINDOWS)


@pytest.mark.parametrize("windows", [[], [Interval(0, 20)], WINDOWS[:1]])
def test_too_little_speech_is_of_one_band(windows: list[Interval]) -> None:
    assert not holds_both_bands(recording(10), windows)


def test_features_outside_the_telephone_band_are_cleared() -> None:
    limited = keep_telephone_band(np.ones((3, 80), np.float32))

    assert np.flatnonzero(limited[0]).tolist() == list(range(10, 56))
    assert np.array_equal(limited[0], limited[2])


def test_centred_embeddings_have_length_one() -> None:
    rows = np.random.default_rng(0).normal(size=(5, 192)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)

    centred = centre_embeddings(rows)

    assert centred.dtype == np.float32
    assert np.linalg.norm(centred, axis=1) == pytest.approx(np.ones(5), abs=1e-6)
