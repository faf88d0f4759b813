"""Rate limit of login attempts per user name, address and browser."""

from __future__ import annotations

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

WINDOW_S = 300.0
MAX_FAILURES_OF_A_NAME = 5  # per address, or per browser that has logged in before
MAX_FAILURES_OF_AN_ADDRESS = 50  # many people may share one
NAME_WINDOW_S = 3_600.0
FREE_FAILURES_OF_A_NAME = 10  # from all addresses together; each further one doubles the delay
MAX_DELAY_S = 60.0
_MAX_REMEMBERED = 20_000
_MAX_TIMES = 100  # stored per key; more than any limit counts

Key = tuple[str, ...]


class TooManyFailuresError(Exception):
    """Error for a login attempt too soon after failed ones.

    Attributes:
        wait_s: seconds until the next attempt is admitted, without others in between.
    """

    def __init__(self, wait_s: float) -> None:
        self.wait_s = math.ceil(wait_s)
        super().__init__(f"The next attempt is admitted in {self.wait_s} s.")


@dataclass(frozen=True, slots=True)
class Attempt:
    """A login attempt, counted as a failure until it succeeds or is withdrawn.

    Attributes:
        keys: keys that it counts against.
        at_s: time of admission.
    """

    keys: tuple[Key, ...]
    at_s: float


class LoginThrottle:
    """Rate limiter of failed logins per user name and address, for the event loop only.

    Guesses at one name from many addresses are slowed down to one in MAX_DELAY_S. That would lock
    the person out as well, so a browser with an earlier login of theirs is counted separately.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._times: OrderedDict[Key, deque[float]] = OrderedDict()

    def admit(self, address: str, name: str, device: str | None = None) -> Attempt:
        """Admit a login attempt and count it as a failure until its password is checked.

        Args:
            address: the client's address group.
            name: user name as typed.
            device: id of a browser in which this person has logged in before.

        Raises:
            TooManyFailuresError: if it must wait; it is then not counted.
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
        """Stop counting an attempt whose password was right, or was not checked."""
        for key in attempt.keys:
            times = self._times.get(key)
            if times is not None and attempt.at_s in times:
                times.remove(attempt.at_s)

    def forgive(self, attempt: Attempt) -> None:
        """Clear the failures of a person at the address or device of a successful login."""
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
    """Limit of failed logins within a time window."""

    free: int
    window_s: float
    is_delayed: bool = False

    def wait_s(self, times: Sequence[float], now: float) -> float:
        """Return the seconds until the next attempt is allowed; 0 or less if it is now.

        Args:
            times: times of the failures within the window.
            now: current time on the same clock.
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
