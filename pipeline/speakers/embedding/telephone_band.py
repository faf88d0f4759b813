"""Comparison of telephone speech (300 to 3400 Hz) with wideband speech in their common band.

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

# Mean over the five speakers in tests/data/conversation of their mean embeddings, from features
# limited to the telephone band, times 0.5: five speakers are few, and the rest of the mean is
# specific to them. In units of 1e-4.
_MEAN_E4 = (
    -69, -119, 284, -167, -360, -236, 332, -290, 73, -250, -395, 252, -186, -264, -305, 254, 359,
    50, -222, -231, 313, 445, -39, 31, 140, -155, -59, 35, 144, 492, -284, 422, 117, 115, -104,
    -134, -231, -265, 308, 25, -49, 95, -273, -225, 121, 196, -74, 278, 80, 235, 72, -314, 126,
    -104, 227, 64, 189, 17, -272, -8, -253, 194, 238, 18, -92, 97, -106, 111, -126, 56, 254, 98,
    127, 164, 1, 240, -206, 325, -272, -232, 205, 351, -84, -208, -46, -188, -25, -81, -494, -273,
    -229, 470, 26, -12, -172, 464, 180, 123, -197, -16, -80, -345, 3, -268, 203, -45, 360, -307,
    -360, -212, 151, 266, -131, -53, 95, 72, 213, 415, 101, 0, -326, -6, -123, -129, -57, -110, 12,
    -125, 223, -173, 323, 124, 48, -180, 53, 238, -266, -336, -414, 68, -27, -85, -273, 432, -390,
    -266, 414, -182, 198, 161, -21, 49, -137, 205, 62, -163, 53, -211, 114, -26, 202, 292, -83, 562,
    198, -178, 151, -160, -38, 145, 191, 125, -129, 265, 52, 236, -38, 421, -236, -287, -34, 79,
    290, 606, -231, 312, 6, -79, 193, 9, -207, -47,
)  # fmt: skip

NARROWBAND_MEAN = np.array(_MEAN_E4, dtype=np.float32) * np.float32(1e-4)


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
    """Return whether a recording contains both telephone and wideband speech.

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
    """Set the features outside the telephone band to 0, their mean: (num_frames, 80)."""
    limited = np.zeros_like(features)
    limited[:, _MEL_BANDS] = features[:, _MEL_BANDS]
    return limited


def centre_embeddings(embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
    """Subtract the mean over all speakers from telephone-band embeddings.

    Without this, the centroids of two speakers have a cosine of 0.36 (median) instead of 0.0, and
    one pair in ten exceeds the merging threshold.

    Args:
        embeddings: (num_windows, 192) float32, rows of length 1.

    Returns:
        (num_windows, 192) float32, rows of length 1.
    """
    return unit_rows(embeddings - NARROWBAND_MEAN).astype(np.float32)
