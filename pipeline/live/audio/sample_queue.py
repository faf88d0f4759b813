"""Queue of samples between a real-time source and its consumer."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.samples import SAMPLES_PER_MS

_LOOK_S = 0.2  # between two looks at a signal, for which a condition does not wake up


class SampleQueue:
    """A queue of samples between two threads; the producer never blocks."""

    def __init__(self) -> None:
        """Create a queue without samples."""
        self._news = threading.Condition()
        self._blocks: list[NDArray[np.int16]] = []
        self._num_samples = 0
        self._is_over = False

    def duration_ms(self) -> int:
        """Return the total length of all samples put so far, in milliseconds."""
        return self._num_samples // SAMPLES_PER_MS

    def put(self, samples: NDArray[np.int16]) -> None:
        """Append samples, (num_samples,) int16, to the queue."""
        with self._news:
            self._blocks.append(samples)
            self._num_samples += len(samples)
            self._news.notify_all()

    def end(self) -> None:
        """Mark the end of the samples; `take` then returns an empty array."""
        with self._news:
            self._is_over = True
            self._news.notify_all()

    def take(self, is_stopped: Callable[[], bool] = bool) -> NDArray[np.int16]:
        """Wait for samples and return all in the queue; return an empty array at the end.

        Args:
            is_stopped: returns whether to stop waiting, for example because of Ctrl+C.
        """
        with self._news:
            while not self._blocks and not self._is_over and not is_stopped():
                self._news.wait(_LOOK_S)
            taken, self._blocks = self._blocks, []
        return np.concatenate([np.zeros(0, dtype=np.int16), *taken])
