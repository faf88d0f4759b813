"""Comparison of telephone speech (300 to 3400 Hz) with wideband speech by their common band.

The embedding of a speaker over the telephone has a cosine of only 0.5 to the same speaker's at
full bandwidth (centroids of 19 speakers), so that one person would become two speakers.
With the mel bands outside the telephone band set to their mean, the cosine is 0.92.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.fft
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from pipeline.audio.samples import Audio
from pipeline.core.intervals import Interval
from pipeline.speakers.clustering.cluster_cleanup import unit_rows
from pipeline.speakers.embedding.narrowband_mean import NARROWBAND_MEAN

# Largest energy from 4 kHz up relative to that of the telephone band in a window of telephone
# speech. In 26 development recordings it is -37 dB or more in wideband speech, -57 dB or less in
# telephone speech.
MAX_NARROWBAND_DB = -40.0
MIN_SHARE = 0.04  # of windows in the rarer band for a recording to be of mixed bandwidth
MIN_WINDOWS = 2
MAX_MEASURED_WINDOWS = 100

_MEL_BANDS = slice(10, 56)  # those of 80 that are between 250 and 3500 Hz
_FFT_LENGTH = 512
_FFT_HOP = 1_024  # half of the samples are enough, at half the cost
_TELEPHONE_BINS, _UPPER_BINS = slice(10, 109), slice(128, 240)  # 300-3400, 4000-7500 Hz
_TAPER = np.hanning(_FFT_LENGTH).astype(np.float32)
_SILENCE = 1e-8  # -80 dBFS: mean square of a window whose bandwidth is not measured
_SHORTEST_MS = 500


def is_narrowband(samples: NDArray[np.float32]) -> bool:
    """Return whether samples are speech without energy above the telephone band.

    Args:
        samples: (num_samples,) float32 in [-1, 1]; False for fewer than 512.
    """
    if samples.size < _FFT_LENGTH or np.square(samples).mean() < _SILENCE:
        return False
    frames = sliding_window_view(samples, _FFT_LENGTH)[::_FFT_HOP] * _TAPER
    power = np.square(np.abs(scipy.fft.rfft(frames, axis=1))).sum(axis=0)
    above = float(power[_UPPER_BINS].sum())
    return above <= float(power[_TELEPHONE_BINS].sum()) * 10 ** (MAX_NARROWBAND_DB / 10)


def holds_both_bands(audio: Audio, windows: Sequence[Interval]) -> bool:
    """Return whether a recording contains both telephone speech and wideband speech.

    Args:
        audio: the whole recording.
        windows: speech; at most `MAX_MEASURED_WINDOWS` of them are measured, evenly spread.
    """
    long = [each for each in windows if each.duration_ms >= _SHORTEST_MS]
    measured = long[:: max(1, -(-len(long) // MAX_MEASURED_WINDOWS))]
    num_narrow = int(narrowband_windows(audio, measured).sum())
    in_rarer_band = min(num_narrow, len(measured) - num_narrow)
    return in_rarer_band >= max(MIN_WINDOWS, MIN_SHARE * len(measured))


def narrowband_windows(audio: Audio, windows: Sequence[Interval]) -> NDArray[np.bool_]:
    """Return for each window whether it is telephone speech, as (num_windows,) bool."""
    return np.array([is_narrowband(audio.cut(each)) for each in windows], dtype=np.bool_)


def keep_telephone_band(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (num_frames, 80) features that are 0, the mean, outside the telephone band."""
    limited = np.zeros_like(features)
    limited[:, _MEL_BANDS] = features[:, _MEL_BANDS]
    return limited


def centre_embeddings(embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
    """Subtract the mean over all speakers from embeddings of telephone-band features.

    Without this, the centroids of two speakers have a cosine of 0.36 (median) instead of 0.0, and
    one pair in ten exceeds the merging threshold.

    Args:
        embeddings: (num_windows, 192) float32, rows of length 1.

    Returns:
        (num_windows, 192) float32, rows of length 1.
    """
    return unit_rows(embeddings - NARROWBAND_MEAN).astype(np.float32)
