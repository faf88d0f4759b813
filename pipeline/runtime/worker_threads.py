"""Worker threads with one reader of their results and errors."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")


class WorkStoppedError(Exception):
    """Error in work that was stopped because its result is no longer needed."""


class WorkerThreads(Generic[Item]):
    """A group of threads that run functions, with one reader of their items and errors."""

    def __init__(self) -> None:
        self._threads: list[threading.Thread] = []
        self._events: queue.SimpleQueue[Item | _Ended] = queue.SimpleQueue()

    def start(self, work: Callable[[], None], *, name: str) -> None:
        """Run a function in a new thread."""

        def run() -> None:
            try:
                work()
            except BaseException as error:  # raised again in `events`
                self._events.put(_Ended(error))
            else:
                self._events.put(_Ended(None))

        thread = threading.Thread(target=run, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def put(self, item: Item) -> None:
        """Pass an item from a worker thread to the reader of `events`."""
        self._events.put(item)

    def events(self, *, every_s: float) -> Iterator[Item | None]:
        """Yield items until all threads have ended, and None whenever `every_s` pass without one.

        Raises:
            BaseException: the exception with which a thread ended.
        """
        num_ended = 0
        while num_ended < len(self._threads):
            try:
                event = self._events.get(timeout=every_s)
            except queue.Empty:
                yield None
                continue
            if not isinstance(event, _Ended):
                yield event
            elif event.error is not None:
                raise event.error
            else:
                num_ended += 1

    def join(self) -> None:
        """Wait until all threads have ended."""
        for thread in self._threads:
            thread.join()


class _Ended:
    """A message that a thread has ended, including its exception if it failed."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error
