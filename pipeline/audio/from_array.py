"""Conversion of sample arrays to 16 kHz mono audio."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.downmix import ChannelStatistics, choose_mix
from pipeline.audio.resample import PcmInMemory, PcmResampler, check_sample_rate
from pipeline.audio.sample_formats import scale_to_float
from pipeline.audio.samples import Audio
from pipeline.core.errors import AudioError, EmptyFileError, NotANumberError

MAX_CHANNELS = 64  # more columns mean that the array is transposed


def audio_from_array(samples: NDArray[Any], sample_rate_hz: int) -> Audio:
    """Mix sample arrays to one channel, resample to 16 kHz and quantise to 16 bits.

    Args:
        samples: (num_samples,) or (num_samples, num_channels); uint8, int16 or int32 over their
            full range, or floating point with full scale at 1. Floats beyond full scale are
            scaled down, not clipped.
        sample_rate_hz: rate of the samples.

    Raises:
        AudioError: the type, shape or rate is invalid, or samples are missing, NaN or infinite.
    """
    check_sample_rate(sample_rate_hz)
    columns = scale_to_float(_as_columns(np.asarray(samples)))
    if not np.isfinite(columns).all():
        raise NotANumberError(
            "The samples contain NaN or infinity. Replace them before transcribing"
        )
    gathered = PcmInMemory()
    gatherer = PcmResampler(gathered)
    gatherer.add(choose_mix(ChannelStatistics.of(columns)).apply(columns), sample_rate_hz)
    gatherer.finish()
    return gathered.as_audio()


def _as_columns(samples: NDArray[Any]) -> NDArray[Any]:
    columns = samples[:, np.newaxis] if samples.ndim == 1 else samples
    if columns.ndim != 2 or not 1 <= columns.shape[1] <= MAX_CHANNELS:  # noqa: PLR2004 - rank
        raise AudioError(
            "Samples must have the shape (num_samples,) or (num_samples, num_channels) with at "
            f"most {MAX_CHANNELS} channels, got {samples.shape}. Transpose the array if its "
            "channels come first"
        )
    if not columns.size:
        raise EmptyFileError("There are no samples to transcribe: the array is empty")
    return columns
