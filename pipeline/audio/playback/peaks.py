"""Waveform peaks for display."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.samples import PCM_16_SCALE, SAMPLE_RATE_HZ, Audio

PEAKS_PER_SECOND = 100
FULL_HEIGHT = 255
_BLOCK_SAMPLES = 60 * SAMPLE_RATE_HZ  # a whole number of peaks at any rate
QUIETEST_SHOWN = 0.01 * PCM_16_SCALE  # -40 dBFS: quieter recordings are not scaled to full height


def waveform_peaks(audio: Audio, *, peaks_per_second: int = PEAKS_PER_SECOND) -> NDArray[np.uint8]:
    """Compute the waveform's half peak-to-peak range per interval, scaled to the largest.

    A constant offset has no effect.

    Args:
        audio: the recording.
        peaks_per_second: a divisor of 16000.

    Returns:
        (num_peaks,) uint8, linear; the last one may cover a shorter interval.

    Raises:
        ValueError: the number does not divide the sample rate, so that peak times would drift.
    """
    if peaks_per_second < 1 or SAMPLE_RATE_HZ % peaks_per_second:
        raise ValueError(f"peaks_per_second must divide {SAMPLE_RATE_HZ}, got {peaks_per_second}")
    step = SAMPLE_RATE_HZ // peaks_per_second
    swings = np.concatenate(
        [
            np.zeros(0, np.float32),
            *(_half_ranges(block, step) for block in audio.blocks(_BLOCK_SAMPLES)),
        ]
    )
    scale = FULL_HEIGHT / max(QUIETEST_SHOWN, float(swings.max(initial=0.0)))
    peaks: NDArray[np.uint8] = np.rint(swings * scale).astype(np.uint8)
    return peaks


def _half_ranges(block: NDArray[np.int16], step: int) -> NDArray[np.float32]:
    """Return half the range of the samples in each `step` samples: (num_peaks,) float32."""
    starts = np.arange(0, len(block), step)
    highest = np.maximum.reduceat(block, starts).astype(np.float32)
    lowest = np.minimum.reduceat(block, starts).astype(np.float32)
    return np.asarray((highest - lowest) / 2, dtype=np.float32)
