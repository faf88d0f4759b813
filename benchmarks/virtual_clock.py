"""Virtual clock of a recording, for measurements without waiting for the sound."""

from __future__ import annotations

import time

from pipeline.audio.samples import SAMPLE_RATE_HZ
from pipeline.live.segmenter import BLOCK_SAMPLES


class VirtualClock:
    """A clock that advances by waiting for samples and by the CPU time of work."""

    def __init__(self) -> None:
        """Create a clock at the start of a recording."""
        self._start_s = 0.0  # of the work, or the time in between
        self._began_s: float | None = None
        self.cpu_s = 0.0

    @property
    def now_s(self) -> float:
        """Time since the start of the recording in seconds."""
        working_s = 0.0 if self._began_s is None else time.process_time() - self._began_s
        return self._start_s + working_s

    def existing_ms(self) -> int:
        """Return the length of the recording so far in milliseconds."""
        return int(self.now_s * 1000)

    def wait_for(self, num_samples: int) -> int:
        """Advance to the time at which samples exist; return their number then, in whole blocks."""
        self._start_s = max(self._start_s, num_samples / SAMPLE_RATE_HZ)
        return int(self._start_s * SAMPLE_RATE_HZ + 1e-6) // BLOCK_SAMPLES * BLOCK_SAMPLES

    def work(self) -> VirtualClock:
        """Return a context whose CPU time counts."""
        return self

    def __enter__(self) -> None:
        self._began_s = time.process_time()

    def __exit__(self, *_: object) -> None:
        now_s = self.now_s
        self.cpu_s += now_s - self._start_s
        self._start_s, self._began_s = now_s, None
