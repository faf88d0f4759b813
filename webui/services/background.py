"""Background work: a low-priority child process, a limit of waiting requests, periodic calls."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.process import BaseProcess

from pipeline.runtime.process_control import lower_priority
from webui.services.runs.limits import LimitReachedError


def open_side_process() -> ProcessPoolExecutor:
    """Return a pool of one low-priority process, started on demand; the caller shuts it down.

    The process checks whether the app is alive. Otherwise it would outlive a killed app: a pool's
    process holds both ends of the pipe that it reads from, so it never receives an end of file.
    """
    context = multiprocessing.get_context("spawn")  # fork breaks threads
    return ProcessPoolExecutor(max_workers=1, mp_context=context, initializer=_begin)


def _begin() -> None:
    lower_priority()
    parent = multiprocessing.parent_process()
    assert parent is not None  # a pool's process has a parent
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(0)  # the main thread may be inside a C extension


class WaitingPlaces:
    """Limit of the requests that wait for each other, so that threads are left for others."""

    def __init__(self, most: int) -> None:
        self._free = threading.BoundedSemaphore(most)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Take a place until the end of the block.

        Raises:
            LimitReachedError: if there is none.
        """
        if not self._free.acquire(blocking=False):
            raise LimitReachedError("limit.reads")
        try:
            yield
        finally:
            self._free.release()


class RepeatedWork:
    """Thread that calls a function at once and then periodically, until closed."""

    def __init__(self, work: Callable[[], None], *, every_s: float, name: str) -> None:
        """Start the thread that calls a function periodically.

        Args:
            work: function that raises nothing.
            every_s: seconds between two calls.
            name: name of the thread.
        """
        self._work = work
        self._every_s = every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._repeat, name=name, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop the thread after its running call, if any."""
        self._stop.set()
        self._thread.join()

    def _repeat(self) -> None:
        while True:
            self._work()
            if self._stop.wait(self._every_s):
                return
