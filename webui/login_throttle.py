"""Slows down who guesses passwords."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

WINDOW_S = 300.0
MAX_FAILURES_OF_A_NAME = 5  # from one address
MAX_FAILURES_OF_AN_ADDRESS = 50  # many people may share one
_MAX_REMEMBERED = 10_000


class LoginThrottle:
    """Remembers failures for a few minutes; safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: deque[tuple[float, str, str]] = deque(maxlen=_MAX_REMEMBERED)

    def admits(self, address: str, name: str) -> bool:
        """Whether one more attempt may be made; it counts as a failure until `forgive`."""
        with self._lock:
            self._forget_old()
            of_address = [each for each in self._failures if each[1] == address]
            of_name = sum(each[2] == name for each in of_address)
            if of_name >= MAX_FAILURES_OF_A_NAME or len(of_address) >= MAX_FAILURES_OF_AN_ADDRESS:
                return False
            self._failures.append((self._clock(), address, name))
            return True

    def forgive(self, address: str, name: str) -> None:
        """Forget the failures of somebody who has logged in."""
        with self._lock:
            kept = [each for each in self._failures if each[1:] != (address, name)]
            self._failures = deque(kept, maxlen=_MAX_REMEMBERED)

    def _forget_old(self) -> None:
        oldest = self._clock() - WINDOW_S
        while self._failures and self._failures[0][0] < oldest:
            self._failures.popleft()
