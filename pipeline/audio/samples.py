"""A recording as 16 kHz mono samples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pipeline.core.audio_track import ONE_TRACK, TracksRead
from pipeline.core.errors import AudioError
from pipeline.core.intervals import Interval

SAMPLE_RATE_HZ = 16_000  # what every model here was trained on (spec 0.3)
SAMPLES_PER_MS = SAMPLE_RATE_HZ // 1000
PCM_16_SCALE = 32_768.0  # int16 full scale


class PcmSource(Protocol):
    """Where samples lie. More of them may still be on their way."""

    def read(self, first_sample: int, stop_sample: int) -> NDArray[np.int16]:
        """Samples `first_sample <= i < stop_sample`, fewer only at the end of the recording.

        Waits for what is still on its way.

        Args:
            first_sample: 0 or more.
            stop_sample: at least `first_sample`.
        """
        ...

    def num_samples(self) -> int:
        """Length of the recording; waits until it is known."""
        ...

    def tracks(self) -> TracksRead:
        """Return which sound tracks of a file the samples are of; waits until that is certain."""
        ...

    def expected_samples(self) -> int:
        """Length as far as it can be told now, at least what is there already."""
        ...


class Audio:
    """Mono samples at 16 kHz; read-only.

    Kept as 16-bit integers, in memory or in a file, so that an hour costs 115 MB of either; `read`
    and `cut` give float32. Of a recording that is still being decoded what is there can be read;
    whoever asks for more, or for its length, waits.
    """

    __slots__ = ("_source",)

    def __init__(self, source: NDArray[np.int16] | PcmSource) -> None:
        """Keep what holds the samples.

        Args:
            source: (num_samples,) int16, which becomes not writeable, or another place.
        """
        self._source = _Samples(source) if isinstance(source, np.ndarray) else source

    @property
    def pcm(self) -> NDArray[np.int16]:
        """All of the samples at once: (num_samples,) int16, not writeable."""
        return self.read_pcm(0, self.num_samples)

    @property
    def num_samples(self) -> int:
        """Number of samples."""
        return self._source.num_samples()

    @property
    def duration_ms(self) -> int:
        """Length in whole milliseconds, rounded down."""
        return self.num_samples // SAMPLES_PER_MS

    @property
    def tracks(self) -> TracksRead:
        """Which sound tracks of a file these are."""
        return self._source.tracks()

    @property
    def expected_ms(self) -> int:
        """Length as far as it can be told without waiting."""
        return self._source.expected_samples() // SAMPLES_PER_MS

    def ends_before(self, time_ms: int) -> bool:
        """Whether the recording is shorter; waits only until that is known."""
        last = time_ms * SAMPLES_PER_MS - 1
        return time_ms > 0 and not self._source.read(last, last + 1).size

    def read_pcm(self, first_sample: int, stop_sample: int) -> NDArray[np.int16]:
        """Samples `first_sample <= i < stop_sample` that exist: (num_samples,) int16."""
        first = max(0, first_sample)
        return self._source.read(first, max(first, stop_sample))

    def blocks(self, num_samples: int) -> Iterator[NDArray[np.int16]]:
        """The whole recording in runs of (num_samples,) int16, the last one shorter or not."""
        first = 0
        while len(block := self.read_pcm(first, first + num_samples)):
            yield block
            first += num_samples

    def read(self, first_sample: int, stop_sample: int) -> NDArray[np.float32]:
        """Samples `first_sample <= i < stop_sample` that exist, in [-1, 1).

        Returns:
            (num_samples,) float32, a new array; shorter than asked for at the end.
        """
        samples: NDArray[np.float32] = self.read_pcm(first_sample, stop_sample).astype(np.float32)
        samples /= np.float32(PCM_16_SCALE)
        return samples

    def cut(self, interval: Interval) -> NDArray[np.float32]:
        """The samples of an interval, in [-1, 1).

        Returns:
            (num_samples,) float32, a new array; shorter than the interval at the end.
        """
        return self.read(interval.start_ms * SAMPLES_PER_MS, interval.end_ms * SAMPLES_PER_MS)


class _Samples:
    """Samples that are all in memory."""

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
