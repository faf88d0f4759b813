"""Division of speech into windows for speaker embeddings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.core.intervals import Interval
from pipeline.core.options import check_range


@dataclass(frozen=True, slots=True)
class WindowPlan:
    """The length of the windows over speech, and the hop between them.

    Short recordings need the narrow hop: of the 20 development recordings, those under a minute
    lose accuracy with the wide hop, and so does one of ten speakers; the other long ones, and an
    hour, have the same result for a third less work.

    Attributes:
        window_ms: length of a window (spec 7.1).
        hop_ms: from the start of one window to that of the next.
        wide_hop_ms: the same, after `dense_speech_ms` of speech.
        dense_speech_ms: duration of speech with windows at the narrow hop.
    """

    window_ms: int = 1_500
    hop_ms: int = 750
    wide_hop_ms: int = 1_500
    dense_speech_ms: int = 240_000

    def __post_init__(self) -> None:
        check_range("window_ms", self.window_ms, 400, 10_000)
        check_range("hop_ms", self.hop_ms, 100, self.window_ms)
        check_range("wide_hop_ms", self.wide_hop_ms, self.hop_ms, self.window_ms)
        check_range("dense_speech_ms", self.dense_speech_ms, 0, 10**9)

    @staticmethod
    def classic() -> WindowPlan:
        """Return the reference system's window length and its only hop (spec 7.1)."""
        return WindowPlan(wide_hop_ms=750)


def slide(length: int, *, size: int, hop: int) -> tuple[tuple[int, int], ...]:
    """Divide a range into overlapping windows of equal length.

    The last window is moved back to end with the range; only a range shorter than a window gives
    a shorter window. The unit is the caller's: samples or milliseconds.

    Args:
        length: length of the range; 0 gives no window.
        size: size of a window, at least `hop`.
        hop: from the start of a window to that of the next.

    Returns:
        (start, end) pairs relative to the start of the range (spec 7.1).
    """
    if length <= 0:
        return ()
    num_windows = 1 if length <= size else -((size - length) // hop) + 1
    ends = (min(index * hop + size, length) for index in range(num_windows))
    return tuple((max(0, end - size), end) for end in ends)


def windows_over(
    segments: Iterable[Interval], *, window_ms: int, hop_ms: int
) -> tuple[Interval, ...]:
    """Divide each segment into windows; return the windows of all segments in order.

    Integer milliseconds are exact, because segments, window and hop are given in them.
    """
    return tuple(
        Interval(segment.start_ms + start, segment.start_ms + end)
        for segment in segments
        for start, end in slide(segment.duration_ms, size=window_ms, hop=hop_ms)
    )


def windows_along(
    segments: Iterable[Interval], plan: WindowPlan, *, spoken_ms: int = 0
) -> Iterator[Interval]:
    """Yield the windows of segments that arrive one by one.

    Args:
        segments: in order of time.
        plan: length and hop of the windows.
        spoken_ms: duration of speech before the first segment.
    """
    for segment in segments:
        hop_ms = plan.hop_ms if spoken_ms < plan.dense_speech_ms else plan.wide_hop_ms
        yield from windows_over((segment,), window_ms=plan.window_ms, hop_ms=hop_ms)
        spoken_ms += segment.duration_ms
