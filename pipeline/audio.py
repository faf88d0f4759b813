"""A recording as 16 kHz mono samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import AudioError
from pipeline.intervals import Interval

SAMPLE_RATE_HZ = 16_000  # what every model here was trained on (spec 0.3)
SAMPLES_PER_MS = SAMPLE_RATE_HZ // 1000
PCM_16_SCALE = 32_768.0  # int16 full scale


@dataclass(frozen=True, slots=True, eq=False)
class Audio:
    """Mono samples at 16 kHz; read-only.

    Kept as 16-bit integers so that an hour costs 115 MB; `read` and `cut` give float32.

    Attributes:
        pcm: (num_samples,) int16, not writeable.
    """

    pcm: NDArray[np.int16]

    def __post_init__(self) -> None:
        if self.pcm.ndim != 1 or self.pcm.dtype != np.int16:
            raise AudioError(
                f"Audio needs (num_samples,) int16, got {self.pcm.shape} {self.pcm.dtype}"
            )
        self.pcm.flags.writeable = False

    @property
    def num_samples(self) -> int:
        """Number of samples."""
        return int(self.pcm.size)

    @property
    def duration_ms(self) -> int:
        """Length in whole milliseconds, rounded down."""
        return self.num_samples // SAMPLES_PER_MS

    def read(self, first_sample: int, stop_sample: int) -> NDArray[np.float32]:
        """Samples `first_sample <= i < stop_sample` that exist, in [-1, 1).

        Returns:
            (num_samples,) float32, a new array; shorter than asked for at the end.
        """
        block = self.pcm[max(0, first_sample) : max(0, stop_sample)]
        samples: NDArray[np.float32] = block.astype(np.float32)
        samples /= np.float32(PCM_16_SCALE)
        return samples

    def cut(self, interval: Interval) -> NDArray[np.float32]:
        """The samples of an interval, in [-1, 1).

        Returns:
            (num_samples,) float32, a new array; shorter than the interval at the end.
        """
        return self.read(interval.start_ms * SAMPLES_PER_MS, interval.end_ms * SAMPLES_PER_MS)
