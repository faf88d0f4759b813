"""Periodic calls of a function in a dedicated thread."""

from __future__ import annotations

import threading
from collections.abc import Callable


class RepeatedWork:
    """Thread that calls a function at once and then periodically, until closed."""

    def __init__(self, work: Callable[[], None], *, every_s: float, name: str) -> None:
        """Start the thread.

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
