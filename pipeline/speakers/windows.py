"""The excerpts of speech that get an embedding each."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.intervals import Interval


def slide(length: int, *, size: int, hop: int) -> tuple[tuple[int, int], ...]:
    """Cut a stretch into overlapping windows of one size.

    The last window is pulled back so that it ends with the stretch; only a stretch shorter than
    a window gives a shorter one. The unit is the caller's: samples or milliseconds.

    Args:
        length: of the stretch; 0 gives no window.
        size: of a window, at least `hop`.
        hop: from the start of a window to the next.

    Returns:
        (start, end) pairs, counted from the start of the stretch (spec 7.1).
    """
    if length <= 0:
        return ()
    num_windows = 1 if length <= size else -((size - length) // hop) + 1
    ends = (min(index * hop + size, length) for index in range(num_windows))
    return tuple((max(0, end - size), end) for end in ends)


def windows_over(
    segments: Iterable[Interval], *, window_ms: int, hop_ms: int
) -> tuple[Interval, ...]:
    """The windows of every segment, in the segments' order; none crosses a segment's border.

    Whole milliseconds lose nothing: segments, window and hop are all given in them.
    """
    return tuple(
        Interval(segment.start_ms + start, segment.start_ms + end)
        for segment in segments
        for start, end in slide(segment.duration_ms, size=window_ms, hop=hop_ms)
    )
