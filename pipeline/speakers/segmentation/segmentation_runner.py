"""Incremental prediction by the segmentation model while speech is still being detected."""

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
    parse_excerpt,
    serialize_excerpt,
)
from pipeline.speakers.segmentation.frame_masks import FRAME_MS, mask_of
from pipeline.speakers.segmentation.segmentation_model import (
    BATCH_EXCERPTS,
    HOP_FRAMES,
    excerpt_starts,
)


class Segmentation(Protocol):
    """The protocol of a frame-level speaker model, such as `SegmentationModel`."""

    def predict(
        self, audio: Audio, starts: Sequence[int]
    ) -> Iterator[tuple[int, ExcerptPrediction]]:
        """Predict each excerpt; yield its first frame and prediction in order."""
        ...


class SegmentationRunner:
    """A runner that predicts each excerpt once, as soon as its speech has been detected."""

    def __init__(
        self, segmentation: Segmentation, audio: Audio, *, records: StoredRecords | None = None
    ) -> None:
        """Initialise the runner for one recording.

        Args:
            segmentation: the model.
            audio: the whole recording.
            records: stored records of excerpts, in the order of prediction.
        """
        self._records = records or NullRecords()
        self._stored: Iterator[tuple[int, ExcerptPrediction]] = map(
            parse_excerpt, self._records.read()
        )
        self._segmentation = segmentation
        self._audio = audio
        self._aggregator = ExcerptAggregator()
        self._recent: deque[tuple[int, int]] = deque()  # speech that later excerpts may contain
        self._next_start = 0
        self._ready: list[int] = []
        self._num_predicted = 0

    @property
    def num_finalized(self) -> int:
        """Number of leading frames whose prediction is final."""
        return self._ready[0] if self._ready else self._next_start

    def add(self, segment: Interval) -> None:
        """Add the next speech segment; predict full batches of the completed excerpts.

        Args:
            segment: next of the sorted, disjoint segments; no further speech starts before its end.
        """
        start, end = round(segment.start_ms / FRAME_MS), round(segment.end_ms / FRAME_MS)
        self._recent.append((start, end))
        # The last excerpt of a recording is moved back to its end, so one that may be the last
        # stays pending.
        while self._next_start + EXCERPT_FRAMES < end:
            self._queue_next()
        full = len(self._ready) - len(self._ready) % BATCH_EXCERPTS
        ready, self._ready = self._ready[:full], self._ready[full:]
        for start, prediction in self._predict(ready):
            self._add_prediction(start, prediction)

    def joined(self, first: int, stop: int) -> LocalSpeakers:
        """Return the local speakers in the frames `first <= i < stop`."""
        return self._aggregator.joined(first, stop)

    def finish(
        self, segments: Sequence[Interval], *, report: Report = ignore_report
    ) -> LocalSpeakers:
        """Return the local speakers in all frames of the recording; release the predictions.

        The aggregated predictions are released because the clustering that follows needs memory.

        Args:
            segments: all speech, including the segments already added.
            report: counts excerpts.
        """
        num_frames = self._audio.duration_ms // FRAME_MS
        starts = excerpt_starts(mask_of(segments, num_frames))
        for start, prediction in self._predict(starts[self._num_predicted :]):
            self._add_prediction(start, prediction)
            report(self._num_predicted, len(starts))
        aggregator, self._aggregator = self._aggregator, ExcerptAggregator()
        return aggregator.joined(0, num_frames)

    def _queue_next(self) -> None:
        """Queue the next excerpt for prediction if it contains speech."""
        start, stop = self._next_start, self._next_start + EXCERPT_FRAMES
        while self._recent and self._recent[0][1] <= start:
            self._recent.popleft()
        if any(first < stop and first < end for first, end in self._recent):
            self._ready.append(start)
        self._next_start += HOP_FRAMES

    def _predict(self, starts: Sequence[int]) -> Iterator[tuple[int, ExcerptPrediction]]:
        """Yield stored predictions of excerpts first, then predict and store the others."""
        for number, start in enumerate(starts):
            before = next(self._stored, None)
            if before is None or before[0] != start:
                self._stored = iter(())
                rest = starts[number:]
                break
            yield before
        else:
            return
        for found in self._segmentation.predict(self._audio, rest):
            self._records.append(serialize_excerpt(*found))
            yield found

    def _add_prediction(self, start: int, prediction: ExcerptPrediction) -> None:
        self._aggregator.add(start, prediction)
        self._num_predicted += 1
