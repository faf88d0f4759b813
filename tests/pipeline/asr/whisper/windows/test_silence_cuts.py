from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.asr.whisper.windows.silence_cuts import (
    EDGE_MS,
    FRAME_MS,
    find_silence_cuts,
    frame_power,
    pieces_between,
)
from pipeline.audio.samples import SAMPLES_PER_MS


def tone_with_pause(length_ms: int, pause_ms: tuple[int, int]) -> np.ndarray:
    time_s = np.arange(length_ms * SAMPLES_PER_MS) / 16_000
    tone = (0.3 * np.sin(2 * np.pi * 220 * time_s)).astype(np.float32)
    tone[pause_ms[0] * SAMPLES_PER_MS : pause_ms[1] * SAMPLES_PER_MS] = 0.0
    return tone


def test_the_cut_falls_into_the_pause() -> None:
    power = frame_power(tone_with_pause(10_000, (6_200, 6_500)))

    (cut_ms,) = find_silence_cuts(power, longest_ms=8_000)

    assert 6_200 <= cut_ms <= 6_500


def test_speech_that_is_short_enough_is_not_cut() -> None:
    assert find_silence_cuts(np.ones(400), longest_ms=8_000) == ()


def test_digital_silence_is_cut_in_its_middle() -> None:
    assert find_silence_cuts(np.zeros(500), longest_ms=8_000) == (5_000,)


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=3_000),
    st.integers(2 * EDGE_MS + FRAME_MS, 10_000),
)
def test_pieces_are_within_their_bounds(power: list[float], longest_ms: int) -> None:
    cuts = find_silence_cuts(np.array(power), longest_ms=longest_ms)
    pieces = pieces_between(0, len(power) * FRAME_MS, cuts)

    assert max(end - start for start, end in pieces) <= longest_ms
    assert len(pieces) == 1 or min(end - start for start, end in pieces) >= EDGE_MS


def test_power_is_the_mean_square_around_each_frame() -> None:
    samples = np.random.default_rng(0).normal(size=16_000).astype(np.float32)
    frame = FRAME_MS * SAMPLES_PER_MS
    squares = [
        np.mean(samples[i * frame : (i + 1) * frame].astype(np.float64) ** 2) for i in range(50)
    ]
    expected = [np.mean(squares[max(0, i - 5) : i + 5]) for i in range(50)]

    np.testing.assert_allclose(frame_power(samples), expected, rtol=1e-9)


def test_a_bound_below_two_pieces_is_refused() -> None:
    with pytest.raises(ValueError, match="must exceed"):
        find_silence_cuts(np.ones(10), longest_ms=2 * EDGE_MS)
