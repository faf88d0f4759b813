from __future__ import annotations

import numpy as np
import pytest

from pipeline.audio.playback.peaks import waveform_peaks
from pipeline.audio.samples import Audio


def audio_of(samples: np.ndarray) -> Audio:
    return Audio(samples.astype(np.int16))


def test_peaks_are_half_the_swing_of_each_stretch_the_largest_drawn_full() -> None:
    maker = np.random.default_rng(2)
    loudness = np.repeat([20_000, 0, 5_000, 100], 160)
    samples = np.rint(maker.uniform(-1, 1, 640) * loudness)
    stretches = samples.reshape(4, 160)
    swings = [(max(each) - min(each)) / 2 for each in stretches]

    peaks = waveform_peaks(audio_of(samples))

    assert peaks.dtype == np.uint8
    assert peaks.tolist() == [round(255 * swing / max(swings)) for swing in swings]


def test_a_constant_offset_does_not_show() -> None:
    wave = 8_000 * np.sin(np.arange(1_600) / 5)

    difference = waveform_peaks(audio_of(wave + 12_000)).astype(int) - waveform_peaks(
        audio_of(wave)
    )

    assert np.abs(difference).max() <= 1


def test_the_last_stretch_may_be_short() -> None:
    assert len(waveform_peaks(audio_of(np.ones(161)))) == 2
    assert len(waveform_peaks(audio_of(np.ones(16_000)), peaks_per_second=50)) == 50


def test_a_nearly_silent_recording_is_not_scaled_to_full_height() -> None:
    hiss = np.where(np.arange(1_600) % 2, 3, -3)

    assert waveform_peaks(audio_of(hiss)).max() == round(255 * 3 / 327.68)


def test_no_samples_give_no_peaks() -> None:
    assert waveform_peaks(audio_of(np.zeros(0))).shape == (0,)


@pytest.mark.parametrize("peaks_per_second", [0, -1, 3, 16_001])
def test_a_number_that_would_make_the_picture_drift_is_refused(peaks_per_second: int) -> None:
    with pytest.raises(ValueError, match="must divide 16000"):
        waveform_peaks(audio_of(np.ones(100)), peaks_per_second=peaks_per_second)
