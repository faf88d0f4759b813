"""Conversion of sample types to and from float32 in [-1, 1]."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.samples import PCM_16_SCALE
from pipeline.core.errors import AudioError

INTEGER_FORMATS: dict[type[np.generic], tuple[np.float32, np.float32]] = {
    np.uint8: (np.float32(128), np.float32(128)),  # 8-bit PCM is unsigned
    np.int16: (np.float32(0), np.float32(PCM_16_SCALE)),
    np.int32: (np.float32(0), np.float32(2**31)),
}
"""The value of silence, and full scale relative to it, by sample type."""


def scale_to_float(samples: NDArray[Any]) -> NDArray[np.float32]:
    """Convert samples of any common type to float32, integers by their full scale, floats as is.

    Args:
        samples: any shape; uint8, int16, int32 or a floating type.

    Returns:
        The same shape, float32, a new array.

    Raises:
        AudioError: the samples have another type.
    """
    if np.issubdtype(samples.dtype, np.floating):
        return samples.astype(np.float32)
    if samples.dtype.type not in INTEGER_FORMATS:
        raise AudioError(
            f"Samples must be uint8, int16, int32 or floating point, got {samples.dtype}. "
            "Convert them first"
        )
    silence, full_scale = INTEGER_FORMATS[samples.dtype.type]
    # float32 represents 16-bit values exactly, and the rounding of 32-bit ones is below 16 bits
    scaled: NDArray[np.float32] = samples.astype(np.float32)
    scaled -= silence
    scaled /= full_scale
    return scaled


def quantize_to_pcm(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    """Quantise samples to 16 bits, clipped to full scale.

    Args:
        samples: (num_samples,) float32, full scale at 1, finite.

    Returns:
        (num_samples,) int16. int16 samples scaled to float are restored exactly.
    """
    rounded = np.rint(samples * np.float32(PCM_16_SCALE))
    pcm: NDArray[np.int16] = rounded.clip(-PCM_16_SCALE, PCM_16_SCALE - 1).astype(np.int16)
    return pcm
