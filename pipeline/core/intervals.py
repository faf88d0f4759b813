"""Arithmetic on half-open millisecond intervals `[start_ms, end_ms)`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TypeVar

AnyInterval = TypeVar("AnyInterval", bound="Interval")


@dataclass(frozen=True, slots=True)
class Interval:
    """A time span of the recording, `0 <= start_ms < end_ms`, from the first sample on."""

    start_ms: int
    end_ms: int

    def __post_init__(self) -> None:
        if not 0 <= self.start_ms < self.end_ms:
            raise ValueError(
                f"{type(self).__name__} needs 0 <= start_ms < end_ms, "
                f"got start_ms={self.start_ms}, end_ms={self.end_ms}"
            )

    @property
    def duration_ms(self) -> int:
        """Length in milliseconds, at least 1."""
        return self.end_ms - self.start_ms

    def overlap_ms(self, other: Interval) -> int:
        """Return the duration of the intersection in milliseconds, 0 if there is none."""
        return max(0, min(self.end_ms, other.end_ms) - max(self.start_ms, other.start_ms))

    def gap_ms(self, other: Interval) -> int:
        """Return the milliseconds between the intervals, 0 if they touch or overlap."""
        return max(0, max(self.start_ms, other.start_ms) - min(self.end_ms, other.end_ms))

    def contains(self, time_ms: int) -> bool:
        """Return whether a time is in the interval, whose end is exclusive."""
        return self.start_ms <= time_ms < self.end_ms


def merge_close(intervals: Iterable[Interval], *, max_gap_ms: int = 0) -> tuple[Interval, ...]:
    """Join intervals that overlap, touch, or are at most `max_gap_ms` apart.

    Returns:
        Sorted, disjoint intervals that cover the input and the gaps that were joined.
    """
    merged: list[Interval] = []
    for interval in sorted(intervals, key=lambda each: (each.start_ms, each.end_ms)):
        if merged and interval.start_ms - merged[-1].end_ms <= max_gap_ms:
            merged[-1] = Interval(merged[-1].start_ms, max(merged[-1].end_ms, interval.end_ms))
        else:
            merged.append(Interval(interval.start_ms, interval.end_ms))
    return tuple(merged)


def intersect(first: Sequence[Interval], second: Sequence[Interval]) -> tuple[Interval, ...]:
    """Return the time covered by both of two lists of intervals, each sorted and disjoint."""
    common: list[Interval] = []
    i = j = 0
    while i < len(first) and j < len(second):
        start = max(first[i].start_ms, second[j].start_ms)
        end = min(first[i].end_ms, second[j].end_ms)
        if start < end:
            common.append(Interval(start, end))
        if first[i].end_ms <= second[j].end_ms:
            i += 1
        else:
            j += 1
    return tuple(common)


def subtract(first: Sequence[Interval], second: Sequence[Interval]) -> tuple[Interval, ...]:
    """Return the time covered by the first list but not by the second, each sorted and disjoint."""
    left: list[Interval] = []
    j = 0
    for interval in first:
        start_ms = interval.start_ms
        while j < len(second) and second[j].end_ms <= start_ms:
            j += 1
        k = j
        while k < len(second) and second[k].start_ms < interval.end_ms:
            if start_ms < second[k].start_ms:
                left.append(Interval(start_ms, second[k].start_ms))
            start_ms = second[k].end_ms
            k += 1
        if start_ms < interval.end_ms:
            left.append(Interval(start_ms, interval.end_ms))
    return tuple(left)


def total_ms(intervals: Iterable[Interval]) -> int:
    """Return the sum of the durations; time in several intervals counts several times."""
    return sum(interval.duration_ms for interval in intervals)


def lanes_of(intervals: Iterable[AnyInterval]) -> Iterator[tuple[AnyInterval, int]]:
    """Yield each interval with a lane number, the lowest lane that is free at its start.

    Args:
        intervals: sorted by start.
    """
    busy: list[tuple[int, int]] = []  # (end, lane)
    free: list[int] = []
    for interval in intervals:
        while busy and busy[0][0] <= interval.start_ms:
            heappush(free, heappop(busy)[1])
        lane = heappop(free) if free else len(busy)
        heappush(busy, (interval.end_ms, lane))
        yield interval, lane


def in_lanes(intervals: Iterable[AnyInterval]) -> list[list[AnyInterval]]:
    """Return the intervals grouped by lane; intervals in one lane do not overlap."""
    lanes: list[list[AnyInterval]] = []
    for interval, lane in lanes_of(intervals):
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append(interval)
    return lanes
