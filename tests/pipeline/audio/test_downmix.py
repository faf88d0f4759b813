from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pipeline.audio.downmix import ChannelStatistics, choose_mix
from tests.pipeline.synthetic_recordings import as_16k, voice

FIRST, SECOND = as_16k().astype(np.float32), voice(16_000, seed=5).astype(np.float32)
SILENCE = np.zeros_like(FIRST)


def mixed(*channels: np.ndarray) -> np.ndarray:
    samples = np.stack(channels, axis=1).astype(np.float32)
    return choose_mix(ChannelStatistics.of(samples)).apply(samples)


def level_db(signal: np.ndarray, part: np.ndarray) -> float:
    """How loud a part stands in the signal, against the part alone."""
    return float(20 * np.log10(abs(signal @ part) / (part @ part)))


def test_one_channel_stays_as_it_is() -> None:
    assert np.array_equal(mixed(FIRST), FIRST)


def test_the_same_sound_on_both_sides_stays_as_loud() -> None:
    assert np.abs(mixed(FIRST, FIRST) - FIRST).max() < 1e-6


def test_channels_in_opposite_phase_do_not_cancel() -> None:
    assert np.abs(mixed(FIRST, -FIRST) - FIRST).max() < 1e-6


def test_opposite_phase_is_found_beside_a_constant_offset() -> None:
    assert abs(level_db(mixed(FIRST + 0.4, 0.4 - FIRST), FIRST)) < 3.1


@pytest.mark.parametrize("place", range(6))
def test_one_live_channel_of_six_stays_as_loud(place: int) -> None:
    channels = [SILENCE] * 6
    channels[place] = FIRST

    assert np.abs(mixed(*channels) - FIRST).max() < 1e-6


def test_a_speaker_on_each_side_keeps_nearly_full_level() -> None:
    signal = mixed(FIRST, SECOND)

    assert level_db(signal, FIRST) == pytest.approx(-3.0, abs=0.7)
    assert level_db(signal, SECOND) == pytest.approx(-3.0, abs=0.7)


def test_a_soft_speaker_on_one_side_is_not_made_softer_than_by_adding() -> None:
    assert level_db(mixed(FIRST, 0.1 * SECOND), 0.1 * SECOND) > -2.5


def test_digital_silence_stays_silent() -> None:
    assert np.array_equal(mixed(SILENCE, SILENCE), SILENCE)


@given(
    hnp.arrays(
        np.float32,
        st.tuples(st.integers(1, 40), st.integers(1, 6)),
        elements=st.floats(-4, 4, width=32),
    )
)
def test_no_mix_passes_full_scale(samples: np.ndarray) -> None:
    mix = choose_mix(ChannelStatistics.of(samples))

    assert np.abs(mix.apply(samples)).max() <= 1.0 + 1e-5


@given(hnp.arrays(np.float32, (30, 3), elements=st.floats(-1, 1, width=32)), st.integers(0, 30))
def test_statistics_of_parts_add_up_to_those_of_the_whole(samples: np.ndarray, cut: int) -> None:
    whole = ChannelStatistics.of(samples)
    parts = ChannelStatistics.of(samples[:cut]) + ChannelStatistics.of(samples[cut:])

    assert parts.num_frames == whole.num_frames
    assert parts.peak == whole.peak
    assert np.allclose(parts.covariance, whole.covariance, atol=1e-9)


def test_covariance_is_that_of_numpy() -> None:
    samples = np.stack([FIRST, SECOND + 0.2, FIRST - SECOND], axis=1)

    covariance = ChannelStatistics.of(samples).covariance

    assert np.allclose(covariance, np.cov(samples.T, bias=True), atol=1e-7)
