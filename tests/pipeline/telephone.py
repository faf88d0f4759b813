"""Speech as a telephone line carries it."""

from __future__ import annotations

import numpy as np
import scipy.signal
from numpy.typing import NDArray

_BAND_HZ = (300, 3_400)


def over_telephone(pcm: NDArray[np.int16]) -> NDArray[np.int16]:
    """Return 16 kHz samples limited to 300 to 3400 Hz."""
    taps = scipy.signal.firwin(513, _BAND_HZ, pass_zero=False, fs=16_000)
    filtered = scipy.signal.fftconvolve(pcm.astype(np.float64), taps, mode="same")
    return np.clip(np.round(filtered), -32_768, 32_767).astype(np.int16)
