"""Speech windows of a live recording, with embeddings and speaker labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from pipeline.core.intervals import Interval

_FIRST_ROOM = 256

Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True, eq=False)
class LabelledWindows:
    """Speech windows with embeddings and labels, in order of time.

    Attributes:
        times_ms: (num_windows, 2) int64, start and end.
        embeddings: (num_windows, embedding_dim) float32, rows of length 1.
        labels: (num_windows,) int64, 0 or more.
    """

    times_ms: NDArray[np.int64]
    embeddings: NDArray[np.float32]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def intervals(self) -> list[Interval]:
        """The windows as intervals."""
        return [Interval(start_ms, end_ms) for start_ms, end_ms in self.times_ms.tolist()]


class VoiceWindows:
    """A growing collection of labelled speech windows."""

    def __init__(self, embedding_dim: int) -> None:
        """Create a collection without windows."""
        self._times_ms = np.zeros((_FIRST_ROOM, 2), dtype=np.int64)
        self._embeddings = np.zeros((_FIRST_ROOM, embedding_dim), dtype=np.float32)
        self._labels = np.zeros(_FIRST_ROOM, dtype=np.int64)
        self._num = 0

    def __len__(self) -> int:
        return self._num

    @property
    def end_ms(self) -> int:
        """End of the last window; 0 without windows."""
        return int(self._times_ms[self._num - 1, 1]) if self._num else 0

    @property
    def all(self) -> LabelledWindows:
        """All windows as a copy of their labels, which later changes do not affect."""
        return self.first(self._num)

    def first(self, count: int) -> LabelledWindows:
        """Return the first `count` windows; later label changes do not affect them."""
        return LabelledWindows(
            self._times_ms[:count], self._embeddings[:count], self._labels[:count].copy()
        )

    def append(self, window: Interval, embedding: NDArray[np.float32], label: int) -> None:
        """Append a window with its embedding and label."""
        if self._num == len(self._labels):
            self._make_room(2 * self._num)
        self._times_ms[self._num] = window.start_ms, window.end_ms
        self._embeddings[self._num] = embedding
        self._labels[self._num] = label
        self._num += 1

    def relabel(self, labels: NDArray[np.int64]) -> None:
        """Replace the labels of the first windows, (num_windows,) int64."""
        self._labels[: len(labels)] = labels

    def restore(self, windows: LabelledWindows) -> None:
        """Replace all windows by those of a stored state."""
        self._num = len(windows)
        self._make_room(max(self._num, _FIRST_ROOM))
        self._times_ms[: self._num] = windows.times_ms
        self._embeddings[: self._num] = windows.embeddings
        self._labels[: self._num] = windows.labels

    def _make_room(self, room: int) -> None:
        # New arrays, so that windows returned before stay as they are.
        self._times_ms = _copied(self._times_ms, room)
        self._embeddings = _copied(self._embeddings, room)
        self._labels = _copied(self._labels, room)


def _copied(old: NDArray[Number], room: int) -> NDArray[Number]:
    new = np.zeros((room, *old.shape[1:]), dtype=old.dtype)
    kept = min(room, len(old))
    new[:kept] = old[:kept]
    return new
