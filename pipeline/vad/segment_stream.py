"""Incremental detection of speech segments; a segment is returned once it is final."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.features import FRAME_HOP_MS
from pipeline.core.transcript import SpeechSegment
from pipeline.vad.endpointing import (
    NEIGHBOURHOOD_FRAMES,
    RunFinder,
    decide_frames,
    drop_unsure_runs,
)
from pipeline.vad.long_runs import SMOOTHING_FRAMES, cut_long_runs
from pipeline.vad.vad_options import VadOptions

_REACH_BACK = NEIGHBOURHOOD_FRAMES + SMOOTHING_FRAMES


def find_segments(
    speech_probabilities: NDArray[np.float32], options: VadOptions
) -> tuple[SpeechSegment, ...]:
    """Find the speech segments of a whole recording from its speech probabilities.

    Args:
        speech_probabilities: (num_frames,) float32 in [0, 1], a frame every 10 ms.
        options: times and thresholds.

    Returns:
        Sorted and disjoint; pieces of one long segment are adjacent.
    """
    stream = SegmentStream(options)
    return (*stream.feed(speech_probabilities), *stream.finish())


class SegmentStream:
    """A detector of speech segments from blocks of probabilities, with any block size.

    A run with low probabilities waits for the half minute after it, which may confirm it.
    Probabilities are stored as far back as an undecided run needs them.
    """

    def __init__(self, options: VadOptions) -> None:
        self._options = options
        self._finder = RunFinder(options)
        self._pending: deque[tuple[int, int]] = deque()
        self._kept: NDArray[np.float32] = np.zeros(0, np.float32)
        self._num_dropped = 0
        self._total_dropped = 0.0

    @property
    def num_kept(self) -> int:
        """Number of frames whose probabilities are still stored."""
        return self._kept.size

    def feed(self, speech_probabilities: NDArray[np.float32]) -> tuple[SpeechSegment, ...]:
        """Add the next (num_frames,) float32 probabilities; return segments that become final."""
        self._kept = np.concatenate([self._kept, speech_probabilities])
        self._pending += self._finder.feed(decide_frames(speech_probabilities, self._options))
        segments = tuple(self._finalized(is_over=False))
        self._drop_old_frames()
        return segments

    def finish(self) -> tuple[SpeechSegment, ...]:
        """End the recording; return the remaining segments."""
        self._pending += self._finder.finish()
        return tuple(self._finalized(is_over=True))

    def _finalized(self, *, is_over: bool) -> Iterator[SpeechSegment]:
        while self._pending:
            start, end = (frame - self._num_dropped for frame in self._pending[0])
            is_sure = bool(drop_unsure_runs([(start, end)], self._kept))
            may_become_sure = not is_over and self._kept.size < end + NEIGHBOURHOOD_FRAMES
            if self._options.needs_sure_speech and not is_sure and may_become_sure:
                return
            self._pending.popleft()
            if is_sure or not self._options.needs_sure_speech:
                yield from self._segments(start, end)

    def _segments(self, start: int, end: int) -> Iterator[SpeechSegment]:
        """Yield the segments of a run of speech, cut to the maximum length if so configured."""
        pieces: tuple[tuple[int, int], ...] = ((start, end),)
        if self._options.cut_at_lowest_speech:
            longest = self._options.max_single_segment_time // FRAME_HOP_MS
            pieces = cut_long_runs(
                pieces, self._kept, longest=longest, total_before=self._total_dropped
            )
        for first, stop in pieces:
            yield SpeechSegment(
                (self._num_dropped + first) * FRAME_HOP_MS,
                (self._num_dropped + stop) * FRAME_HOP_MS,
            )

    def _drop_old_frames(self) -> None:
        needed = self._pending[0][0] if self._pending else self._finder.earliest
        num = max(0, needed - _REACH_BACK - self._num_dropped)
        # added one after the other, as in the sum over a whole recording
        dropped = np.concatenate(([self._total_dropped], self._kept[:num]), dtype=np.float64)
        self._total_dropped = float(np.cumsum(dropped)[-1])
        self._kept = self._kept[num:]
        self._num_dropped += num
