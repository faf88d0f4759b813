from __future__ import annotations

import numpy as np
import pytest

from pipeline.audio.from_array import audio_from_array
from pipeline.core.errors import AudioError
from tests.pipeline.synthetic_recordings import as_16k, floats, inner_error, voice

HALF_A_STEP = 0.5 / 32_768
TYPE_TOLERANCES = [
    (np.int16, 32_767, 0.0, 2 * HALF_A_STEP),
    (np.int32, 2**31 - 1, 0.0, 2 * HALF_A_STEP),
    (np.uint8, 127, 128.0, 1.0 / 127),
    (np.float32, 1.0, 0.0, 2 * HALF_A_STEP),
    (np.float64, 1.0, 0.0, 2 * HALF_A_STEP),
    (np.float16, 1.0, 0.0, 0.001),
]


@pytest.mark.parametrize(("kind", "full_scale", "silence", "tolerance"), TYPE_TOLERANCES)
def test_every_type_of_sample_has_its_own_full_scale(
    kind: type, full_scale: float, silence: float, tolerance: float
) -> None:
    stored = (np.rint if kind not in {np.float16, np.float32, np.float64} else np.asarray)(
        as_16k() * full_scale + silence
    ).astype(kind)

    audio = audio_from_array(stored, 16_000)

    assert np.abs(floats(audio) - as_16k()).max() <= tolerance


def test_16_bit_samples_at_16_khz_come_through_bit_by_bit() -> None:
    pcm = np.arange(-32_768, 32_768, dtype=np.int16)

    assert np.array_equal(audio_from_array(pcm, 16_000).pcm, pcm)


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000, 96_000])
def test_the_rate_travels_with_the_samples(rate_hz: int) -> None:
    audio = audio_from_array(voice(rate_hz), rate_hz)

    assert audio.duration_ms == 2_000
    assert inner_error(audio, as_16k()) < 1e-3


def test_resampling_lets_nothing_alias_into_speech() -> None:
    times = np.arange(48_000) / 48_000
    above_8_khz = 0.5 * np.sin(2 * np.pi * 12_000 * times)

    audio = audio_from_array(above_8_khz, 48_000)

    assert np.abs(floats(audio)[800:-800]).max() < 1e-3


def test_floats_far_beyond_full_scale_are_scaled_down_not_clipped() -> None:
    audio = audio_from_array(as_16k() * 40_000.0, 16_000)

    shape = floats(audio) / np.abs(floats(audio)).max()
    assert np.abs(shape - as_16k() / np.abs(as_16k()).max()).max() < 1e-4


def test_the_array_that_was_given_stays_as_it_is() -> None:
    samples = as_16k().astype(np.float32)
    before = samples.copy()

    audio_from_array(samples, 16_000)

    assert np.array_equal(samples, before)
    assert samples.flags.writeable


def test_two_columns_are_two_channels() -> None:
    left, right = voice(16_000, seed=1), voice(16_000, seed=2)
    stereo = np.stack([left, right], axis=1)

    mixed = floats(audio_from_array(stereo, 16_000))

    assert abs(np.corrcoef(mixed, left)[0, 1]) > 0.5
    assert abs(np.corrcoef(mixed, right)[0, 1]) > 0.5


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        (np.zeros(0, np.float32), "empty"),
        (np.zeros((0, 2), np.float32), "empty"),
        (np.zeros((16, 0), np.float32), "shape"),
        (np.array([0.0, np.nan]), "NaN or infinity"),
        (np.array([0.0, -np.inf]), "NaN or infinity"),
        (np.zeros((2, 16_000)), "Transpose"),
        (np.zeros((2, 2, 2)), "shape"),
        (np.float32(0.5), "shape"),
        (np.zeros(9, np.int64), "int64"),
        (np.zeros(9, np.bool_), "bool"),
        (np.zeros(9, np.complex64), "complex64"),
        (np.array(["a"]), "<U1"),
    ],
)
def test_what_is_no_recording_is_refused(samples: np.ndarray, message: str) -> None:
    with pytest.raises(AudioError, match=message):
        audio_from_array(samples, 16_000)


@pytest.mark.parametrize("rate_hz", [0, -16_000, 1, 10_000_000])
def test_an_impossible_rate_is_refused(rate_hz: int) -> None:
    with pytest.raises(AudioError, match=f"{rate_hz} Hz is invalid"):
        audio_from_array(np.zeros(100, np.float32), rate_hz)
