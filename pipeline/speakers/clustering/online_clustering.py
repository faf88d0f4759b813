"""The voices of a recording as far as they have been heard, with speakers for the time being."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.samples import Audio
from pipeline.core.intervals import Interval
from pipeline.core.options import SpeakerCount
from pipeline.core.progress import Report, ignore_report
from pipeline.protocols import SpeakerEmbedder
from pipeline.runtime.append_log import NullRecords, StoredRecords
from pipeline.speakers.turns import speaker_name

BATCH_WINDOWS = 16  # those of the embedder: on the way no batch is smaller
MOST_AT_ONCE = 256  # between two reports: enough for all cores, and soon stopped
# Least cosine of an excerpt to the mean voice of a speaker; below it somebody new is speaking.
# Measured on the development conversations: see `provisional speakers` in the benchmarks.
SAME_VOICE = 0.40
_LONGEST_WINDOW_MS = 10_000  # the most that the options allow


class OnlineSpeakerClusterer:
    """Embeds windows as they come, in order of time; what is embedded is not embedded again."""

    def __init__(
        self,
        embedder: SpeakerEmbedder,
        audio: Audio,
        num_speakers: SpeakerCount,
        *,
        kept: StoredRecords | None = None,
    ) -> None:
        """Begin a recording.

        Args:
            embedder: makes voices comparable.
            audio: the whole recording.
            num_speakers: how many there may be.
            kept: records of windows with their embeddings.
        """
        self._kept = kept or NullRecords()
        self._embedder = embedder
        self._audio = audio
        self._waiting: list[Interval] = []
        self._known: dict[tuple[int, int], NDArray[np.float32]] = {}
        for record in self._kept.read():
            self._known.update(_read(record))
        self._speakers = _OnlineSpeakers(num_speakers.at_most)
        self._windows: list[Interval] = []  # those that have a label
        self._labels: list[int] = []

    @property
    def first_waiting_ms(self) -> int | None:
        """Where the first window begins that was added and is not embedded yet."""
        return self._waiting[0].start_ms if self._waiting else None

    def add(self, windows: Sequence[Interval]) -> None:
        """Embed the next windows, as many as fill whole batches."""
        waiting = [*self._waiting, *windows]
        full = len(waiting) - len(waiting) % BATCH_WINDOWS
        self._embed([each for each in waiting[:full] if _key(each) not in self._known])
        for window in waiting[:full]:
            self._windows.append(window)
            self._labels.append(self._speakers.assign(self._known[_key(window)]))
        self._waiting = waiting[full:]  # last: another thread asks what is known by now

    def embeddings_of(
        self, windows: Sequence[Interval], *, report: Report = ignore_report
    ) -> NDArray[np.float32]:
        """An embedding per window: (num_windows, embedding_dim) float32, rows of length 1.

        Args:
            windows: in order of time; those that were not added are embedded now.
            report: counts windows.
        """
        missing = [each for each in windows if _key(each) not in self._known]
        num_known = len(windows) - len(missing)
        for first in range(0, len(missing), MOST_AT_ONCE):
            self._embed(missing[first : first + MOST_AT_ONCE])
            report(num_known + min(first + MOST_AT_ONCE, len(missing)), len(windows))
        if not windows:
            return self._embedder.embed(self._audio, ())
        return np.stack([self._known[_key(each)] for each in windows])

    def speaker_of(self, stretch: Interval) -> str | None:
        """Who speaks most of a stretch, for the time being; None where no window lies in it.

        May be called while another thread adds windows.
        """
        num_labelled = len(self._labels)
        stop = bisect_right(
            self._windows, stretch.end_ms, hi=num_labelled, key=lambda each: each.start_ms
        )
        shared_ms: dict[int, int] = {}
        for number in range(stop - 1, -1, -1):
            window = self._windows[number]
            if window.start_ms + _LONGEST_WINDOW_MS <= stretch.start_ms:
                break
            common_ms = window.overlap_ms(stretch)
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
        self._kept.append(_written(windows, embeddings))
        for window, embedding in zip(windows, embeddings, strict=True):
            self._known[_key(window)] = embedding


class _OnlineSpeakers:
    """Gives each voice to the nearest speaker so far, or to a new one."""

    def __init__(self, max_speakers: int | None) -> None:
        self._max_speakers = max_speakers
        self._sums: list[NDArray[np.float32]] = []

    def assign(self, embedding: NDArray[np.float32]) -> int:
        """The label of the next (embedding_dim,) float32 of length 1."""
        if self._sums:
            sums = np.stack(self._sums)
            cosines = sums @ embedding / np.linalg.norm(sums, axis=1)
            nearest = int(cosines.argmax())
            is_full = self._max_speakers is not None and len(self._sums) >= self._max_speakers
            if cosines[nearest] >= SAME_VOICE or is_full:
                self._sums[nearest] = self._sums[nearest] + embedding
                return nearest
        self._sums.append(embedding.astype(np.float32))
        return len(self._sums) - 1


def _key(window: Interval) -> tuple[int, int]:
    return window.start_ms, window.end_ms


def _written(windows: Sequence[Interval], embeddings: NDArray[np.float32]) -> bytes:
    """How many windows, their starts and ends, their embeddings."""
    times = np.array([_key(each) for each in windows], dtype="<i4")
    return len(windows).to_bytes(4, "little") + times.tobytes() + embeddings.astype("<f4").tobytes()


def _read(record: bytes) -> dict[tuple[int, int], NDArray[np.float32]]:
    """The embeddings of a record, by start and end of their windows."""
    num_windows = int.from_bytes(record[:4], "little")
    times = np.frombuffer(record, "<i4", count=2 * num_windows, offset=4).reshape(-1, 2)
    values = np.frombuffer(record, "<f4", offset=4 + times.nbytes).reshape(num_windows, -1)
    return {
        (start_ms, end_ms): embedding
        for (start_ms, end_ms), embedding in zip(times.tolist(), values, strict=True)
    }
