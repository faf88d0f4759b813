"""What overlaps, laid out side by side in lanes without overlap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from pipeline.intervals import Interval

AnyInterval = TypeVar("AnyInterval", bound=Interval)


def lanes_of(intervals: Iterable[AnyInterval]) -> Iterator[tuple[AnyInterval, int]]:
    """Each interval with the number of its lane, the lowest that is free when it starts.

    Args:
        intervals: sorted by start.
    """
    lane_ends_ms: list[int] = []
    for interval in intervals:
        free = (lane for lane, end_ms in enumerate(lane_ends_ms) if end_ms <= interval.start_ms)
        lane = next(free, len(lane_ends_ms))
        lane_ends_ms[lane : lane + 1] = [interval.end_ms]
        yield interval, lane


def in_lanes(intervals: Iterable[AnyInterval]) -> list[list[AnyInterval]]:
    """The intervals of each lane; no two of a lane overlap."""
    lanes: list[list[AnyInterval]] = []
    for interval, lane in lanes_of(intervals):
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append(interval)
    return lanes
