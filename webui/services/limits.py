"""Keeps to the limits, and says to those who bring more what they are."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable, Collection
from dataclasses import dataclass

from storage.database import Rows
from storage.errors import NotFoundError, StorageError
from storage.recordings import get_recording
from storage.runs import list_unfinished
from webui.limits import BYTES_PER_MB, Limits
from webui.texts import texts_for

MS_PER_HOUR = 3_600_000
DAY_S = 24 * 3_600.0


class LimitReachedError(StorageError):
    """More than is taken in; the sentence says what, which limit, and what to do.

    Attributes:
        key: of the sentence among the page's texts.
        values: numbers in it, as they are shown.
    """

    def __init__(self, key: str, **values: str) -> None:
        self.key = key
        self.values = values
        super().__init__(self.told("en"))

    def told(self, language: str) -> str:
        """The sentence in one of LANGUAGES."""
        return texts_for(language)[self.key].format_map(self.values)


@dataclass(frozen=True, slots=True)
class Wish:
    """A transcription that somebody asks for.

    Attributes:
        owner: the visitor of a public demo who asks; None for others.
        duration_ms: length of the recording, None where it is not known yet.
    """

    owner: str | None = None
    duration_ms: int | None = None


@dataclass(frozen=True, slots=True)
class _Granted:
    at_s: float
    recording_id: str
    duration_ms: int | None


class LimitKeeper:
    """Says no to what would be too much; remembers, while the app runs, who has had how much."""

    def __init__(
        self, limits: Limits | None = None, *, clock: Callable[[], float] = time.time
    ) -> None:
        self.limits = limits or Limits()
        self._clock = clock
        self._granted: defaultdict[str, deque[_Granted]] = defaultdict(deque)

    def check_file(self, num_bytes: int) -> None:
        """Refuse a file that is too large.

        Raises:
            LimitReachedError: with a sentence.
        """
        if num_bytes > self.limits.file_mb * BYTES_PER_MB:
            size = -(-num_bytes // BYTES_PER_MB)
            raise LimitReachedError("limit.file", size=str(size), limit=str(self.limits.file_mb))

    def check(self, rows: Rows, wish: Wish, *, lost: Collection[str]) -> None:
        """Refuse what would be too much now.

        Args:
            rows: inside the transaction in which the run is queued.
            wish: what is asked for.
            lost: ids of runs that have ended although their rows do not say so.

        Raises:
            LimitReachedError: with a sentence.
        """
        limits = self.limits
        hours = (wish.duration_ms or 0) / MS_PER_HOUR
        if hours > limits.recording_hours:
            raise LimitReachedError(
                "limit.length", length=_hours(hours), limit=_hours(limits.recording_hours)
            )
        owners = [each.owner for each in list_unfinished(rows) if each.run_id not in lost]
        if wish.owner is not None:
            self._check_visitor(rows, wish.owner, hours, owners.count(wish.owner))
        if len(owners) >= limits.queue:
            raise LimitReachedError("limit.queue", limit=str(limits.queue))

    def note(self, wish: Wish, recording_id: str) -> None:
        """Remember that a visitor's wish was granted."""
        if wish.owner is not None:
            granted = _Granted(self._clock(), recording_id, wish.duration_ms)
            self._granted[wish.owner].append(granted)

    def _check_visitor(self, rows: Rows, owner: str, hours: float, num_unfinished: int) -> None:
        if num_unfinished >= self.limits.visitor_queue:
            raise LimitReachedError("limit.visitor_queue", limit=str(self.limits.visitor_queue))
        granted = self._granted[owner]
        while granted and granted[0].at_s <= self._clock() - DAY_S:
            granted.popleft()
        had = sum(_length_ms(rows, each) for each in granted) / MS_PER_HOUR
        if had + hours > self.limits.visitor_hours or had >= self.limits.visitor_hours:
            raise LimitReachedError(
                "limit.visitor_hours", had=_hours(had), limit=_hours(self.limits.visitor_hours)
            )


def _length_ms(rows: Rows, granted: _Granted) -> int:
    """Return the length that decoding has shown or, until then, the one that was measured."""
    try:
        decoded_ms = get_recording(rows, granted.recording_id).duration_ms
    except NotFoundError:  # deleted
        decoded_ms = None
    return decoded_ms or granted.duration_ms or 0


def _hours(hours: float) -> str:
    return f"{hours:.1f}".removesuffix(".0")
