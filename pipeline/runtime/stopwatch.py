"""Measurement of the time spent in each stage."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from pipeline.core.progress import Stage

Item = TypeVar("Item")


class Stopwatch:
    """A stopwatch that sums the seconds of each stage; parallel stages count separately."""

    def __init__(self) -> None:
        self._seconds: dict[Stage, float] = {}
        self._lock = threading.Lock()

    @contextmanager
    def measure(self, stage: Stage) -> Iterator[None]:
        """Measure a block of code and add its duration to a stage."""
        began = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - began
            with self._lock:
                self._seconds[stage] = self._seconds.get(stage, 0.0) + spent

    def measure_each(self, stage: Stage, items: Iterable[Item]) -> Iterator[Item]:
        """Yield the items, adding the time spent waiting for them to a stage."""
        coming = iter(items)
        while True:
            with self.measure(stage):
                item = next(coming, None)
            if item is None:
                return
            yield item

    @property
    def seconds(self) -> tuple[tuple[str, float], ...]:
        """The (stage, seconds) pairs of the stages that ran, in the order of `Stage`."""
        return tuple((each.value, self._seconds[each]) for each in Stage if each in self._seconds)
