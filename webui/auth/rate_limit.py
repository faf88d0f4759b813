"""Limits how fast passwords can be guessed."""

from __future__ import annotations

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

WINDOW_S = 300.0
MAX_FAILURES_OF_A_NAME = 5  # from one address, or in one browser that has logged in before
MAX_FAILURES_OF_AN_ADDRESS = 50  # many people may share one
NAME_WINDOW_S = 3_600.0
FREE_FAILURES_OF_A_NAME = 10  # from everywhere together; then each costs a delay, twice the last
MAX_DELAY_S = 60.0
_MAX_REMEMBERED = 20_000
_MAX_TIMES = 100  # kept of one key; more than any limit counts

Key = tuple[str, ...]


class TooManyFailuresError(Exception):
    """A login attempt has to wait.

    Attributes:
        wait_s: until one is admitted, if there is none meanwhile.
    """

    def __init__(self, wait_s: float) -> None:
        self.wait_s = math.ceil(wait_s)
        super().__init__(f"The next attempt is admitted in {self.wait_s} s.")


@dataclass(frozen=True, slots=True)
class Attempt:
    """A login attempt, counted as a failure until it is forgiven or withdrawn.

    Attributes:
        keys: under which it is counted.
        at_s: when it was admitted.
    """

    keys: tuple[Key, ...]
    at_s: float


class LoginThrottle:
    """Counts failed logins of each name and address; used on the event loop alone.

    Guesses at one name from many addresses are slowed down to one in MAX_DELAY_S. That would keep
    the person out as well, so a browser in which they have logged in before is counted by itself.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._times: OrderedDict[Key, deque[float]] = OrderedDict()

    def admit(self, address: str, name: str, device: str | None = None) -> Attempt:
        """Count an attempt.

        Args:
            address: what the client's address is counted as.
            name: as it was typed.
            device: id of a browser in which this person has logged in before.

        Raises:
            TooManyFailuresError: if it has to wait; it is not counted then.
        """
        now = self._clock()
        keys = _keys(address, name, device)
        wait_s = max(self._wait_s(key, now) for key in keys)
        if wait_s > 0:
            raise TooManyFailuresError(wait_s)
        for key in keys:
            self._times.setdefault(key, deque(maxlen=_MAX_TIMES)).append(now)
            self._times.move_to_end(key)
        while len(self._times) > _MAX_REMEMBERED:
            self._times.popitem(last=False)
        return Attempt(keys, now)

    def withdraw(self, attempt: Attempt) -> None:
        """Forget an attempt whose password was right, or was not checked."""
        for key in attempt.keys:
            times = self._times.get(key)
            if times is not None and attempt.at_s in times:
                times.remove(attempt.at_s)

    def forgive(self, attempt: Attempt) -> None:
        """Forget an attempt that succeeded, and the failures of this person at this place."""
        self.withdraw(attempt)
        self._times.pop(attempt.keys[0], None)

    def _wait_s(self, key: Key, now: float) -> float:
        rule, times = _RULES[key[0]], self._times.get(key)
        if times is None:
            return 0.0
        while times and times[0] <= now - rule.window_s:
            times.popleft()
        return rule.wait_s(times, now)


@dataclass(frozen=True, slots=True)
class _Rule:
    """How many failures are free within a time, and whether more are delayed or refused."""

    free: int
    window_s: float
    is_delayed: bool = False

    def wait_s(self, times: Sequence[float], now: float) -> float:
        """Return how long the next attempt has to wait; 0 or less if it need not.

        Args:
            times: of the failures that are not older than the window.
            now: on the same clock.
        """
        num_more = len(times) - self.free
        if num_more < 0:
            return 0.0
        if self.is_delayed:
            return times[-1] + min(2.0**num_more, MAX_DELAY_S) - now
        return times[0] + self.window_s - now


_RULES = {
    "device": _Rule(MAX_FAILURES_OF_A_NAME, WINDOW_S),
    "person": _Rule(MAX_FAILURES_OF_A_NAME, WINDOW_S),
    "address": _Rule(MAX_FAILURES_OF_AN_ADDRESS, WINDOW_S),
    "name": _Rule(FREE_FAILURES_OF_A_NAME, NAME_WINDOW_S, is_delayed=True),
}


def _keys(address: str, name: str, device: str | None) -> tuple[Key, ...]:
    if device is not None:
        return (("device", device),)
    return (("person", address, name), ("address", address), ("name", name))
