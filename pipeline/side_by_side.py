"""Threads that work for one caller, who hears of what they find and of what goes wrong in them."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

Item = TypeVar("Item")


class WorkStoppedError(Exception):
    """Nobody waits for the work any more."""


class SideBySide(Generic[Item]):
    """Runs functions in threads and hands on, in one place, what they put out."""

    def __init__(self) -> None:
        self._threads: list[threading.Thread] = []
        self._events: queue.SimpleQueue[Item | _Ended] = queue.SimpleQueue()

    def start(self, work: Callable[[], None], *, name: str) -> None:
        """Run a function in a thread of its own."""

        def run() -> None:
            try:
                work()
            except BaseException as error:  # raised again where the events are read
                self._events.put(_Ended(error))
            else:
                self._events.put(_Ended(None))

        thread = threading.Thread(target=run, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def put(self, item: Item) -> None:
        """Hand on what one of the threads has found."""
        self._events.put(item)

    def events(self, *, every_s: float) -> Iterator[Item | None]:
        """What is found, until all threads have ended; None whenever nothing comes for a while.

        Raises:
            BaseException: whatever a thread has ended with.
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
    """A thread has ended, well or not."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error
