"""A recording as 16 kHz mono samples, complete or still being decoded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.core.audio_track import ONE_TRACK, TracksRead
from pipeline.core.errors import AudioError
from pipeline.core.intervals import Interval

SAMPLE_RATE_HZ = 16_000  # sample rate of the training data of every model here (spec 0.3)
SAMPLES_PER_MS = SAMPLE_RATE_HZ // 1000
PCM_16_SCALE = 32_768.0  # int16 full scale


class PcmSource(Protocol):
    """A provider of a recording's samples, which may still be growing."""

    def read(self, first_sample: int, stop_sample: int) -> NDArray[np.int16]:
        """Return samples `first_sample <= i < stop_sample`, fewer only at the end of the recording.

        Blocks until they are available.

        Args:
            first_sample: 0 or more.
            stop_sample: at least `first_sample`.
        """
        ...

    def num_samples(self) -> int:
        """Return the number of samples; block until it is known."""
        ...

    def tracks(self) -> TracksRead:
        """Return which sound tracks of the file were decoded; block until it is known."""
        ...

    def expected_samples(self) -> int:
        """Return the currently estimated number of samples, at least the number available."""
        ...


class Audio:
    """A recording as read-only mono samples at 16 kHz.

    Stored as 16-bit integers in memory or in a file, so that an hour takes 115 MB; `read` and
    `cut` return float32. While a recording is still being decoded, its available samples can be
    read; reading later samples, or the length, blocks.
    """

    __slots__ = ("_source",)

    def __init__(self, source: NDArray[np.int16] | PcmSource) -> None:
        """Create a recording from an array of samples or from a provider of samples.

        Args:
            source: (num_samples,) int16, which is made read-only, or another source.
        """
        self._source = _Samples(source) if isinstance(source, np.ndarray) else source

    @property
    def pcm(self) -> NDArray[np.int16]:
        """All samples: (num_samples,) int16, read-only."""
        return self.read_pcm(0, self.num_samples)

    @property
    def num_samples(self) -> int:
        """Number of samples; blocks until it is known."""
        return self._source.num_samples()

    @property
    def duration_ms(self) -> int:
        """Length in whole milliseconds, rounded down; blocks until it is known."""
        return self.num_samples // SAMPLES_PER_MS

    @property
    def tracks(self) -> TracksRead:
        """The sound tracks of the file from which the samples were decoded."""
        return self._source.tracks()

    @property
    def expected_ms(self) -> int:
        """The currently estimated length in milliseconds; reading it does not block."""
        return self._source.expected_samples() // SAMPLES_PER_MS

    def ends_before(self, time_ms: int) -> bool:
        """Return whether the recording ends before a time; block only until that is known."""
        last = time_ms * SAMPLES_PER_MS - 1
        return time_ms > 0 and not self._source.read(last, last + 1).size

    def read_pcm(self, first_sample: int, stop_sample: int) -> NDArray[np.int16]:
        """Return the existing samples `first_sample <= i < stop_sample`: (num_samples,) int16."""
        first = max(0, first_sample)
        return self._source.read(first, max(first, stop_sample))

    def blocks(self, num_samples: int) -> Iterator[NDArray[np.int16]]:
        """Yield the whole recording in blocks of (num_samples,) int16; the last may be shorter."""
        first = 0
        while len(block := self.read_pcm(first, first + num_samples)):
            yield block
            first += num_samples

    def read(self, first_sample: int, stop_sample: int) -> NDArray[np.float32]:
        """Return the existing samples `first_sample <= i < stop_sample`, scaled to [-1, 1).

        Returns:
            (num_samples,) float32, a new array; shorter than requested at the end.
        """
        samples: NDArray[np.float32] = self.read_pcm(first_sample, stop_sample).astype(np.float32)
        samples /= np.float32(PCM_16_SCALE)
        return samples

    def cut(self, interval: Interval) -> NDArray[np.float32]:
        """Return the samples of an interval, scaled to [-1, 1).

        Returns:
            (num_samples,) float32, a new array; shorter than the interval at the end.
        """
        return self.read(interval.start_ms * SAMPLES_PER_MS, interval.end_ms * SAMPLES_PER_MS)


class _Samples:
    """A provider of samples that are entirely in memory."""

    def __init__(self, pcm: NDArray[np.int16]) -> None:
        if pcm.ndim != 1 or pcm.dtype != np.int16:
            raise AudioError(f"Audio needs (num_samples,) int16, got {pcm.shape} {pcm.dtype}")
        pcm.flags.writeable = False
        self._pcm = pcm

    def read(self, first_sample: int, stop_sample: int) -> NDArray[np.int16]:
        return self._pcm[first_sample:stop_sample]

    def num_samples(self) -> int:
        return int(self._pcm.size)

    def tracks(self) -> TracksRead:
        return ONE_TRACK

    def expected_samples(self) -> int:
        return int(self._pcm.size)
