"""Mono samples of any rate, block after block, gathered as 16 kHz PCM."""

from __future__ import annotations

import numpy as np
import soxr
from numpy.typing import NDArray

from pipeline.audio import SAMPLE_RATE_HZ, Audio
from pipeline.errors import AudioError, RecordingTooLongError
from pipeline.sample_scaling import quantize_to_pcm

# Outside these a header is wrong rather than the recording unusual; a rate of 1 Hz would also
# turn a small file into hours.
MIN_SAMPLE_RATE_HZ = 2_000
MAX_SAMPLE_RATE_HZ = 768_000
MAX_DURATION_HOURS = 24  # 2.8 GB of PCM; a compressed file of a megabyte can hold days of silence
MAX_PCM_BYTES = MAX_DURATION_HOURS * 3600 * SAMPLE_RATE_HZ * 2


class PcmGatherer:
    """Takes blocks one after another and holds no more of them than their 16 kHz PCM."""

    def __init__(self) -> None:
        self._pcm = bytearray()
        self._rate_hz = SAMPLE_RATE_HZ
        self._resampler: soxr.ResampleStream | None = None

    def add(self, samples: NDArray[np.float32], sample_rate_hz: int) -> None:
        """Append a block; the rate may differ from the block before.

        Args:
            samples: (num_samples,) float32, full scale at 1, finite.
            sample_rate_hz: rate of this block.

        Raises:
            AudioError: for a rate that no recording has, or when the recording grows too long.
        """
        if sample_rate_hz != self._rate_hz:
            self._change_rate(sample_rate_hz)
        if self._resampler is not None:
            samples = self._resampler.resample_chunk(np.ascontiguousarray(samples))
        self._append(samples)

    def finish(self) -> Audio:
        """Everything gathered; the gatherer must not be used after."""
        self._flush()
        return Audio(np.frombuffer(self._pcm, dtype=np.int16))

    def _change_rate(self, sample_rate_hz: int) -> None:
        check_sample_rate(sample_rate_hz)
        self._flush()
        self._rate_hz = sample_rate_hz
        self._resampler = (
            None
            if sample_rate_hz == SAMPLE_RATE_HZ
            else soxr.ResampleStream(sample_rate_hz, SAMPLE_RATE_HZ, 1, dtype="float32")
        )

    def _flush(self) -> None:
        if self._resampler is not None:
            nothing = np.zeros(0, dtype=np.float32)
            self._append(self._resampler.resample_chunk(nothing, last=True))
            self._resampler = None

    def _append(self, samples: NDArray[np.float32]) -> None:
        if len(self._pcm) + 2 * len(samples) > MAX_PCM_BYTES:
            raise RecordingTooLongError(
                f"The recording is longer than {MAX_DURATION_HOURS} hours. Split it into parts"
            )
        self._pcm += quantize_to_pcm(samples).tobytes()


def check_sample_rate(sample_rate_hz: int) -> None:
    """Refuse a rate that no recording has.

    Raises:
        AudioError: naming the rate and the range.
    """
    if not MIN_SAMPLE_RATE_HZ <= sample_rate_hz <= MAX_SAMPLE_RATE_HZ:
        raise AudioError(
            f"A sample rate of {sample_rate_hz} Hz is not believable: it must lie between "
            f"{MIN_SAMPLE_RATE_HZ} and {MAX_SAMPLE_RATE_HZ} Hz"
        )
