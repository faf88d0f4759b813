"""Resampling of mono blocks from any sample rate to 16 kHz PCM."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import soxr
from numpy.typing import NDArray

from pipeline.audio.sample_formats import quantize_to_pcm
from pipeline.audio.samples import SAMPLE_RATE_HZ, Audio
from pipeline.core.errors import AudioError, RecordingTooLongError

# Outside these limits the header is wrong rather than the recording unusual; a rate of 1 Hz
# would also turn a small file into hours.
MIN_SAMPLE_RATE_HZ = 2_000
MAX_SAMPLE_RATE_HZ = 768_000
MAX_DURATION_HOURS = (
    24  # 2.8 GB of PCM; a compressed file of a megabyte can contain days of silence
)
MAX_SAMPLES = MAX_DURATION_HOURS * 3600 * SAMPLE_RATE_HZ


class PcmSink(Protocol):
    """A receiver of 16 kHz samples, such as `PcmSpool`."""

    def append(self, pcm: NDArray[np.int16]) -> None:
        """Append 16-bit samples of shape (num_samples,)."""
        ...


class PcmInMemory:
    """A receiver that collects samples in memory."""

    def __init__(self) -> None:
        self._pcm = bytearray()

    def append(self, pcm: NDArray[np.int16]) -> None:
        """Append 16-bit samples of shape (num_samples,)."""
        self._pcm += pcm.tobytes()

    def as_audio(self) -> Audio:
        """Return all samples as Audio; no samples may be appended afterwards."""
        return Audio(np.frombuffer(self._pcm, dtype=np.int16))


class PcmResampler:
    """A resampler to 16 kHz that processes blocks as they arrive."""

    def __init__(self, sink: PcmSink) -> None:
        """Create a resampler that passes its output to `sink`."""
        self._sink = sink
        self._num_samples = 0
        self._rate_hz = SAMPLE_RATE_HZ
        self._resampler: soxr.ResampleStream | None = None

    def add(self, samples: NDArray[np.float32], sample_rate_hz: int) -> None:
        """Resample a block, whose rate may differ from the previous one, and append it to the sink.

        Args:
            samples: (num_samples,) float32, full scale at 1, finite.
            sample_rate_hz: rate of this block.

        Raises:
            AudioError: the rate is invalid, or the recording becomes too long.
        """
        if sample_rate_hz != self._rate_hz:
            self._change_rate(sample_rate_hz)
        if self._resampler is not None:
            samples = self._resampler.resample_chunk(np.ascontiguousarray(samples))
        self._append(samples)

    def finish(self) -> None:
        """Process the samples that are still buffered; no block may be added afterwards."""
        self._flush()

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
        self._num_samples += len(samples)
        if self._num_samples > MAX_SAMPLES:
            raise RecordingTooLongError(
                f"The recording is longer than {MAX_DURATION_HOURS} hours. Split it into parts"
            )
        self._sink.append(quantize_to_pcm(samples))


def check_sample_rate(sample_rate_hz: int) -> None:
    """Raise AudioError unless a sample rate is plausible for a recording.

    Raises:
        AudioError: the rate is out of range; the message names the rate and the range.
    """
    if not MIN_SAMPLE_RATE_HZ <= sample_rate_hz <= MAX_SAMPLE_RATE_HZ:
        raise AudioError(
            f"A sample rate of {sample_rate_hz} Hz is invalid: it must be between "
            f"{MIN_SAMPLE_RATE_HZ} and {MAX_SAMPLE_RATE_HZ} Hz"
        )
