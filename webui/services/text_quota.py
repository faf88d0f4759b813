"""Limit of the text that visitors of a public demo may write in a day."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

from webui.services.access import Visitor
from webui.services.runs.limits import DAY_S, LimitReachedError

# Eight hours of speech have some 140,000 characters; an edit stores those of its sentences with
# their times, about a hundred bytes for each.
MAX_CHARACTERS = 5_000_000

Written = deque[tuple[float, int]]  # (time, number of characters), the oldest first


class TextQuota:
    """Thread-safe count of the characters that each address has written within a day."""

    def __init__(
        self, max_characters: int = MAX_CHARACTERS, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._max_characters = max_characters
        self._clock = clock
        self._lock = threading.Lock()
        self._written: dict[str, Written] = {}

    def check(self, visitor: Visitor) -> None:
        """Raise an error if a visitor may write no more text today.

        Raises:
            LimitReachedError: if the visitors of the address have written too much.
        """
        key = visitor.quota_key
        if key is None:
            return
        with self._lock:
            written = self._recent(key)
        if sum(count for _, count in written) >= self._max_characters:
            raise LimitReachedError("limit.text")

    def note(self, visitor: Visitor, count: Callable[[], int]) -> None:
        """Add the characters that a visitor has written.

        Args:
            visitor: the visitor.
            count: returns the number of characters; is called for visitors of a demo only.
        """
        key = visitor.quota_key
        if key is not None and (num_characters := count()):
            with self._lock:
                written = self._recent(key)
                written.append((self._clock(), num_characters))
                self._written[key] = written

    def _recent(self, key: str) -> Written:
        """Return what was written in the last day; remove older entries."""
        written = self._written.pop(key, deque())
        while written and written[0][0] <= self._clock() - DAY_S:
            written.popleft()
        if written:
            self._written[key] = written
        return written
