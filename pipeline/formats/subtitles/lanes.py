"""Distribution of overlapping intervals to lanes in which no two intervals overlap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from typing import TypeVar

from pipeline.core.intervals import Interval

AnyInterval = TypeVar("AnyInterval", bound=Interval)


def lanes_of(intervals: Iterable[AnyInterval]) -> Iterator[tuple[AnyInterval, int]]:
    """Yield each interval with its lane number, the lowest one that is free at its start.

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
    """Return the intervals of each lane, none of which overlap."""
    lanes: list[list[AnyInterval]] = []
    for interval, lane in lanes_of(intervals):
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append(interval)
    return lanes
