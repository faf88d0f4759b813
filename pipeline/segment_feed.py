"""Segments of speech on their way from who finds them to who works on them."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator

from pipeline.side_by_side import WorkStoppedError
from pipeline.transcript import SpeechSegment

MOST_AHEAD_MS = 120_000  # the segmentation model needs half a minute, and words should come first


class SegmentFeed:
    """One thread puts segments in; others take them out, each of them all.

    Whoever reads `each` sets the pace: the rest of the recording is not searched while they are
    busy with its beginning.
    """

    def __init__(self, *, most_ahead_ms: int = MOST_AHEAD_MS) -> None:
        self._most_ahead_ms = most_ahead_ms
        self._news = threading.Condition()
        self._segments: list[SpeechSegment] = []
        self._is_complete = False
        self._is_stopped = False
        self._taken_ms: int | None = None  # by who sets the pace; None: nobody does
        self._is_hungry = False  # who sets the pace waits for the next one

    @property
    def segments(self) -> tuple[SpeechSegment, ...]:
        """Those that have been put in."""
        return tuple(self._segments)

    @property
    def is_stopped(self) -> bool:
        """Whether `stop` was called."""
        return self._is_stopped

    def put(self, segment: SpeechSegment) -> None:
        """Add the next one; waits while it is too far ahead of the reader.

        Raises:
            WorkStoppedError: after `stop`.
        """
        with self._news:
            self._segments.append(segment)
            if self._is_hungry:  # it is as good as taken
                self._is_hungry, self._taken_ms = False, segment.end_ms
            self._news.notify_all()
            self._wait_for(lambda: self._is_close(segment))

    def close(self) -> None:
        """There are no more."""
        with self._news:
            self._is_complete = True
            self._news.notify_all()

    def stop(self) -> None:
        """Send everybody home: whoever waits or asks gets WorkStoppedError."""
        with self._news:
            self._is_stopped = True
            self._news.notify_all()

    def each(self) -> Iterator[SpeechSegment]:
        """All segments, as they come, for the reader who sets the pace.

        Raises:
            WorkStoppedError: after `stop`.
        """
        for number in itertools.count():
            with self._news:
                self._is_hungry = number == len(self._segments)
                self._news.notify_all()
                segment = self._take(number)
                if segment is None:
                    return
                self._taken_ms = segment.end_ms
                self._news.notify_all()
            yield segment

    def behind(self) -> Iterator[SpeechSegment]:
        """All segments, as they come, for a reader who does not set the pace.

        Raises:
            WorkStoppedError: after `stop`.
        """
        for number in itertools.count():
            with self._news:
                segment = self._take(number)
            if segment is None:
                return
            yield segment

    def _take(self, number: int) -> SpeechSegment | None:
        """A segment, which is waited for; None if there are not so many."""
        self._wait_for(lambda: self._is_complete or number < len(self._segments))
        return self._segments[number] if number < len(self._segments) else None

    def _is_close(self, segment: SpeechSegment) -> bool:
        if self._taken_ms is None or self._is_hungry:
            return True
        return segment.end_ms <= self._taken_ms + self._most_ahead_ms

    def _wait_for(self, condition: Callable[[], bool]) -> None:
        self._news.wait_for(lambda: self._is_stopped or condition())
        if self._is_stopped:
            raise WorkStoppedError
