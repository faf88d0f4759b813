"""Buffer of the latest samples of a recording."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.samples import SAMPLES_PER_MS
from pipeline.core.audio_track import ONE_TRACK, TracksRead


class RecentSamples:
    """A `PcmSource` of a recording's latest samples, addressed by their position in it."""

    def __init__(self, first_sample: int = 0) -> None:
        """Create an empty buffer that starts at a sample number, 0 for the recording's start."""
        self._first = first_sample
        self._pcm = np.zeros(0, dtype=np.int16)

    @property
    def end_ms(self) -> int:
        """End of the samples, in whole milliseconds from the start of the recording."""
        return self.num_samples() // SAMPLES_PER_MS

    def append(self, pcm: NDArray[np.int16]) -> None:
        """Append the next samples, (num_samples,) int16."""
        self._pcm = np.concatenate([self._pcm, pcm])

    def drop_before(self, time_ms: int) -> None:
        """Drop the samples before a time in milliseconds."""
        num_dropped = max(0, time_ms * SAMPLES_PER_MS - self._first)
        self._pcm = self._pcm[num_dropped:].copy()
        self._first += num_dropped

    def read(self, first_sample: int, stop_sample: int) -> NDArray[np.int16]:
        """Return the existing samples `first_sample <= i < stop_sample`; see `PcmSource.read`.

        Raises:
            ValueError: some of the samples were dropped.
        """
        if first_sample < self._first:
            raise ValueError(f"samples before {self._first} were dropped, not {first_sample}")
        return self._pcm[first_sample - self._first : max(0, stop_sample - self._first)]

    def num_samples(self) -> int:
        """Return the number of samples received so far, including dropped ones."""
        return self._first + len(self._pcm)

    def tracks(self) -> TracksRead:
        """Return a single sound track, as `PcmSource` requires."""
        return ONE_TRACK

    def expected_samples(self) -> int:
        """Return the number of samples received so far; see `PcmSource.expected_samples`."""
        return self.num_samples()
