"""Queue of speech segments from the detector to several stages."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator

from pipeline.core.transcript import SpeechSegment
from pipeline.runtime.worker_threads import WorkStoppedError

MOST_AHEAD_MS = 120_000  # the segmentation model needs half a minute, and words should come first


class SegmentQueue:
    """A queue with one producer thread and several readers, each of which gets all segments.

    The producer blocks while it is more than `most_ahead_ms` ahead of the reader of `each`.
    """

    def __init__(self, *, most_ahead_ms: int = MOST_AHEAD_MS) -> None:
        self._most_ahead_ms = most_ahead_ms
        self._changed = threading.Condition()
        self._segments: list[SpeechSegment] = []
        self._is_complete = False
        self._is_stopped = False
        self._taken_ms: int | None = None  # by the pace-setting reader; None: there is none
        self._consumer_waiting = False  # the pace-setting reader waits for the next segment

    @property
    def segments(self) -> tuple[SpeechSegment, ...]:
        """All segments added so far."""
        return tuple(self._segments)

    @property
    def is_stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._is_stopped

    def put(self, segment: SpeechSegment) -> None:
        """Add the next segment; block while it is too far ahead of the reader of `each`.

        Raises:
            WorkStoppedError: after `stop`.
        """
        with self._changed:
            self._segments.append(segment)
            if self._consumer_waiting:  # it counts as taken
                self._consumer_waiting, self._taken_ms = False, segment.end_ms
            self._changed.notify_all()
            self._wait_for(lambda: self._is_close(segment))

    def close(self) -> None:
        """Mark the end of the segments; readers finish after the last one."""
        with self._changed:
            self._is_complete = True
            self._changed.notify_all()

    def stop(self) -> None:
        """Stop the queue; blocked and later callers get WorkStoppedError."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify_all()

    def each(self) -> Iterator[SpeechSegment]:
        """Yield all segments as they arrive; this reader limits how far ahead the producer may run.

        Raises:
            WorkStoppedError: after `stop`.
        """
        for number in itertools.count():
            with self._changed:
                self._consumer_waiting = number == len(self._segments)
                self._changed.notify_all()
                segment = self._take(number)
                if segment is None:
                    return
                self._taken_ms = segment.end_ms
                self._changed.notify_all()
            yield segment

    def behind(self) -> Iterator[SpeechSegment]:
        """Yield all segments as they arrive, without limiting the producer.

        Raises:
            WorkStoppedError: after `stop`.
        """
        for number in itertools.count():
            with self._changed:
                segment = self._take(number)
            if segment is None:
                return
            yield segment

    def _take(self, number: int) -> SpeechSegment | None:
        """Wait for the segment with an index; return None after the last.

        Raises:
            WorkStoppedError: after `stop`.
        """
        self._wait_for(lambda: self._is_complete or number < len(self._segments))
        return self._segments[number] if number < len(self._segments) else None

    def _is_close(self, segment: SpeechSegment) -> bool:
        if self._taken_ms is None or self._consumer_waiting:
            return True
        return segment.end_ms <= self._taken_ms + self._most_ahead_ms

    def _wait_for(self, condition: Callable[[], bool]) -> None:
        self._changed.wait_for(lambda: self._is_stopped or condition())
        if self._is_stopped:
            raise WorkStoppedError
