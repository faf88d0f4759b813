"""Asks the segmentation model about a recording whose speech is still being found."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Protocol

from pipeline.audio.samples import Audio
from pipeline.core.intervals import Interval
from pipeline.core.progress import Report, ignore_report
from pipeline.runtime.append_log import NullRecords, StoredRecords
from pipeline.speakers.segmentation.excerpt_aggregator import (
    EXCERPT_FRAMES,
    ExcerptAggregator,
    ExcerptPrediction,
    LocalSpeakers,
    read_excerpt,
    written_excerpt,
)
from pipeline.speakers.segmentation.frame_masks import FRAME_MS, mask_of
from pipeline.speakers.segmentation.segmentation_model import (
    BATCH_EXCERPTS,
    HOP_FRAMES,
    excerpt_starts,
)


class Segmentation(Protocol):
    """Tells local speakers apart; `SegmentationModel` does."""

    def predict(
        self, audio: Audio, starts: Sequence[int]
    ) -> Iterator[tuple[int, ExcerptPrediction]]:
        """What is heard in the excerpts that begin at these frames, in order."""
        ...


class SegmentationRunner:
    """The excerpts of one recording, each heard once, as soon as it is known to hold speech."""

    def __init__(
        self, segmentation: Segmentation, audio: Audio, *, kept: StoredRecords | None = None
    ) -> None:
        """Begin a recording.

        Args:
            segmentation: the model.
            audio: the whole recording.
            kept: a record for each excerpt, in the order they are heard.
        """
        self._kept = kept or NullRecords()
        self._heard_before: Iterator[tuple[int, ExcerptPrediction]] = map(
            read_excerpt, self._kept.read()
        )
        self._segmentation = segmentation
        self._audio = audio
        self._opinions = ExcerptAggregator()
        self._recent: deque[tuple[int, int]] = deque()  # speech that coming excerpts may hold
        self._next_start = 0
        self._ready: list[int] = []
        self._num_heard = 0

    @property
    def num_finalized(self) -> int:
        """Frames about which no excerpt that is still to be heard has a say."""
        return self._ready[0] if self._ready else self._next_start

    def add(self, segment: Interval) -> None:
        """Listen to the excerpts that are decided by the next segment of speech, a batch at a time.

        Args:
            segment: of sorted, disjoint ones; there is no further speech before its end.
        """
        start, end = round(segment.start_ms / FRAME_MS), round(segment.end_ms / FRAME_MS)
        self._recent.append((start, end))
        # The last excerpt of a recording is pulled back to its end, so one that may be the last
        # has to wait.
        while self._next_start + EXCERPT_FRAMES < end:
            self._decide()
        full = len(self._ready) - len(self._ready) % BATCH_EXCERPTS
        ready, self._ready = self._ready[:full], self._ready[full:]
        for heard in self._hear(ready):
            self._take(*heard)

    def joined(self, first: int, stop: int) -> LocalSpeakers:
        """Local speakers in frames `first <= i < stop`."""
        return self._opinions.joined(first, stop)

    def finish(
        self, segments: Sequence[Interval], *, report: Report = ignore_report
    ) -> LocalSpeakers:
        """Local speakers in every whole frame of the recording; ends the listening.

        What has been weighed is let go with that: voices are told apart next, which takes memory.

        Args:
            segments: all speech, what was added first among it.
            report: counts excerpts.
        """
        num_frames = self._audio.duration_ms // FRAME_MS
        starts = excerpt_starts(mask_of(segments, num_frames))
        for start, opinion in self._hear(starts[self._num_heard :]):
            self._take(start, opinion)
            report(self._num_heard, len(starts))
        opinions, self._opinions = self._opinions, ExcerptAggregator()
        return opinions.joined(0, num_frames)

    def _decide(self) -> None:
        """Whether the next excerpt holds speech."""
        start, stop = self._next_start, self._next_start + EXCERPT_FRAMES
        while self._recent and self._recent[0][1] <= start:
            self._recent.popleft()
        if any(first < stop and first < end for first, end in self._recent):
            self._ready.append(start)
        self._next_start += HOP_FRAMES

    def _hear(self, starts: Sequence[int]) -> Iterator[tuple[int, ExcerptPrediction]]:
        """What was heard before an interruption, and what is heard now."""
        for number, start in enumerate(starts):
            before = next(self._heard_before, None)
            if before is None or before[0] != start:
                self._heard_before = iter(())
                rest = starts[number:]
                break
            yield before
        else:
            return
        for found in self._segmentation.predict(self._audio, rest):
            self._kept.append(written_excerpt(*found))
            yield found

    def _take(self, start: int, opinion: ExcerptPrediction) -> None:
        self._opinions.add(start, opinion)
        self._num_heard += 1
