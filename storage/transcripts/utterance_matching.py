"""Matching of utterances by the overlap of their time intervals."""

from __future__ import annotations

import bisect
from collections.abc import Sequence

from pipeline.core.intervals import Interval


class IntervalIndex:
    """Index of time intervals sorted by start, for overlap queries."""

    def __init__(self, intervals: Sequence[Interval]) -> None:
        self._intervals = intervals
        self._starts_ms = [each.start_ms for each in intervals]
        self._longest_ms = max((each.duration_ms for each in intervals), default=0)

    def overlapping(self, interval: Interval) -> dict[int, int]:
        """Return {index: overlap in milliseconds} of all intervals that overlap the given one."""
        first = bisect.bisect_right(self._starts_ms, interval.start_ms - self._longest_ms)
        last = bisect.bisect_left(self._starts_ms, interval.end_ms)
        shared = {
            index: self._intervals[index].overlap_ms(interval) for index in range(first, last)
        }
        return {index: shared_ms for index, shared_ms in shared.items() if shared_ms}

    def best_matches(self, others: Sequence[Interval]) -> dict[int, int]:
        """Match intervals one to one; return {index in `others`: index of its match}.

        Two intervals match if they overlap by half of the longer one or more. Each is in one pair
        at most; earlier ones in `others` are matched first.
        """
        pairs: dict[int, int] = {}
        taken: set[int] = set()
        for number, other in enumerate(others):
            shared = {
                index: shared_ms
                for index, shared_ms in self.overlapping(other).items()
                if index not in taken
            }
            best = max(shared, key=lambda index: shared[index], default=None)
            if best is None:
                continue
            longer_ms = max(other.duration_ms, self._intervals[best].duration_ms)
            if 2 * shared[best] >= longer_ms:
                taken.add(best)
                pairs[number] = best
        return pairs

    def half_covered(self, others: Sequence[Interval]) -> frozenset[int]:
        """Return the indices of the intervals of which `others` cover half or more."""
        covered_ms = [0] * len(self._intervals)
        for other in others:
            for index, shared_ms in self.overlapping(other).items():
                covered_ms[index] += shared_ms
        return frozenset(
            index
            for index, interval in enumerate(self._intervals)
            if 2 * covered_ms[index] >= interval.duration_ms
        )
