"""Online embedding and clustering of windows as they arrive."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.samples import Audio
from pipeline.core.intervals import Interval
from pipeline.core.options import SpeakerCount
from pipeline.core.progress import Report, ignore_report
from pipeline.runtime.append_log import NullRecords, StoredRecords
from pipeline.speakers.protocol import SpeakerEmbedder
from pipeline.speakers.turns import speaker_name

BATCH_WINDOWS = 16  # the embedder's batch size, so that all intermediate batches are full
MAX_AT_ONCE = 256  # between two progress reports: enough for all cores, and quick to stop
# Smallest cosine of a window to its speaker's mean embedding; below it a new speaker starts.
# Measured on the development conversations: see `provisional speakers` in the benchmarks.
SAME_VOICE = 0.40
_TINY = 1e-6
_LONGEST_WINDOW_MS = 10_000  # largest value that the options allow


class OnlineSpeakerClusterer:
    """An online clusterer that embeds each window once and assigns provisional speakers."""

    def __init__(
        self,
        embedder: SpeakerEmbedder,
        audio: Audio,
        num_speakers: SpeakerCount,
        *,
        records: StoredRecords | None = None,
    ) -> None:
        """Initialise the clusterer for one recording.

        Args:
            embedder: computes the embeddings.
            audio: the whole recording.
            num_speakers: allowed number of speakers.
            records: stored records of windows with their embeddings.
        """
        self._records = records or NullRecords()
        self._embedder = embedder
        self._audio = audio
        self._pending: list[Interval] = []
        self._known: dict[tuple[int, int], NDArray[np.float32]] = {}
        for record in self._records.read():
            self._known.update(_parse(record))
        self._speakers = OnlineSpeakers(num_speakers.at_most)
        self._windows: list[Interval] = []  # those that have a label
        self._labels: list[int] = []

    @property
    def first_pending_ms(self) -> int | None:
        """Start of the first window that was added but not embedded yet, None if there is none."""
        return self._pending[0].start_ms if self._pending else None

    def add(self, windows: Sequence[Interval]) -> None:
        """Add windows; embed and label those that fill whole batches."""
        pending = [*self._pending, *windows]
        full = len(pending) - len(pending) % BATCH_WINDOWS
        self._embed([each for each in pending[:full] if _key(each) not in self._known])
        for window in pending[:full]:
            self._windows.append(window)
            self._labels.append(self._speakers.assign(self._known[_key(window)]))
        self._pending = pending[full:]  # last, because another thread reads the provisional results

    def embeddings_of(
        self, windows: Sequence[Interval], *, report: Report = ignore_report
    ) -> NDArray[np.float32]:
        """Return the stored embeddings of windows, after computing missing ones.

        Args:
            windows: in order of time; windows that were not added are embedded now.
            report: counts windows.

        Returns:
            (num_windows, embedding_dim) float32, rows of length 1.
        """
        missing = [each for each in windows if _key(each) not in self._known]
        num_known = len(windows) - len(missing)
        for first in range(0, len(missing), MAX_AT_ONCE):
            self._embed(missing[first : first + MAX_AT_ONCE])
            report(num_known + min(first + MAX_AT_ONCE, len(missing)), len(windows))
        if not windows:
            return self._embedder.embed(self._audio, ())
        return np.stack([self._known[_key(each)] for each in windows])

    def speaker_of(self, interval: Interval) -> str | None:
        """Return the provisional speaker with the most time in an interval, None if unknown.

        Thread-safe with respect to `add`.
        """
        num_labelled = len(self._labels)
        stop = bisect_right(
            self._windows, interval.end_ms, hi=num_labelled, key=lambda each: each.start_ms
        )
        shared_ms: dict[int, int] = {}
        for number in range(stop - 1, -1, -1):
            window = self._windows[number]
            if window.start_ms + _LONGEST_WINDOW_MS <= interval.start_ms:
                break
            common_ms = window.overlap_ms(interval)
            if common_ms:
                label = self._labels[number]
                shared_ms[label] = shared_ms.get(label, 0) + common_ms
        if not shared_ms:
            return None
        return speaker_name(max(sorted(shared_ms), key=lambda label: shared_ms[label]))

    def _embed(self, windows: Sequence[Interval]) -> None:
        if not windows:
            return
        embeddings = self._embedder.embed(self._audio, windows)
        self._records.append(_serialize(windows, embeddings))
        for window, embedding in zip(windows, embeddings, strict=True):
            self._known[_key(window)] = embedding


class OnlineSpeakers:
    """An online clusterer that assigns each embedding to the nearest speaker or to a new one."""

    def __init__(self, max_speakers: int | None) -> None:
        """Create a clusterer without speakers.

        Args:
            max_speakers: largest number of speakers, None for any.
        """
        self._max_speakers = max_speakers
        self._sums: list[NDArray[np.float32]] = []  # by label; zeros for a label without windows

    def assign(self, embedding: NDArray[np.float32]) -> int:
        """Assign a speaker label to the next embedding, (embedding_dim,) float32 of length 1.

        The label is that of the most similar speaker, or a new one if the similarity is below
        `SAME_VOICE` and the maximum of speakers is not reached.
        """
        if self._sums:
            sums = np.stack(self._sums)
            lengths = np.linalg.norm(sums, axis=1)
            cosines = np.where(lengths > 0, sums @ embedding / np.maximum(lengths, _TINY), -1.0)
            nearest = int(cosines.argmax())
            num_speakers = int(np.count_nonzero(lengths))
            is_full = self._max_speakers is not None and num_speakers >= self._max_speakers
            if cosines[nearest] >= SAME_VOICE or is_full:
                self._sums[nearest] = self._sums[nearest] + embedding
                return nearest
        self._sums.append(embedding.astype(np.float32))
        return len(self._sums) - 1

    def relabel(
        self, embeddings: NDArray[np.float32], labels: NDArray[np.int64], *, num_labels: int
    ) -> None:
        """Replace the state by one with other labels of all embeddings so far.

        Args:
            embeddings: (num_windows, embedding_dim) float32.
            labels: (num_windows,) int64.
            num_labels: number of labels used so far; labels without windows are not reused.
        """
        sums = np.zeros((num_labels, embeddings.shape[1]), dtype=np.float32)
        np.add.at(sums, labels, embeddings)
        self._sums = list(sums)


def _key(window: Interval) -> tuple[int, int]:
    return window.start_ms, window.end_ms


def _serialize(windows: Sequence[Interval], embeddings: NDArray[np.float32]) -> bytes:
    """Convert windows and their embeddings to bytes: number, times, embeddings."""
    times = np.array([_key(each) for each in windows], dtype="<i4")
    return len(windows).to_bytes(4, "little") + times.tobytes() + embeddings.astype("<f4").tobytes()


def _parse(record: bytes) -> dict[tuple[int, int], NDArray[np.float32]]:
    """Convert the bytes of a stored record to embeddings by window start and end."""
    num_windows = int.from_bytes(record[:4], "little")
    times = np.frombuffer(record, "<i4", count=2 * num_windows, offset=4).reshape(-1, 2)
    values = np.frombuffer(record, "<f4", offset=4 + times.nbytes).reshape(num_windows, -1)
    return {
        (start_ms, end_ms): embedding
        for (start_ms, end_ms), embedding in zip(times.tolist(), values, strict=True)
    }
