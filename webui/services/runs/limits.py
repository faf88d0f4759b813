"""Keeps to the limits, and says to those who bring more what they are."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from enum import Enum

from storage.db.database import Connection
from storage.db.errors import NotFoundError, StorageError
from storage.db.records import PipelineRun
from storage.library.recordings import get_recording
from storage.library.runs import UnfinishedRun, list_unfinished
from webui.config.limits import BYTES_PER_MB, Limits
from webui.texts.catalogue import has_text, texts_for

MS_PER_HOUR = 3_600_000
DAY_S = 24 * 3_600.0


class UploadRefusedError(StorageError):
    """A recording that is not taken in; the sentence says what, why, and what to do.

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


class LimitReachedError(UploadRefusedError):
    """A recording, or a wish, that is more than is taken in."""


class UnreadableUploadError(UploadRefusedError):
    """A file that cannot be read as a recording."""

    def __init__(self, error_kind: str) -> None:
        """Take the sentence for a kind of AudioError."""
        key = f"error.{error_kind}"
        super().__init__(key if has_text(key) else "error.AudioError")


@dataclass(frozen=True, slots=True)
class QuotaRequest:
    """A transcription that somebody asks for.

    Attributes:
        owner: the visitor of a public demo who asks; None for others.
        duration_ms: length of the recording, None where it is not known yet.
        address: what the visitor's network address is counted as; None to count the one of the
            visitor's last transcription.
    """

    owner: str | None = None
    duration_ms: int | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class _Granted:
    at_s: float
    run_id: str
    recording_id: str
    duration_ms: int | None


class ShareOf(Enum):
    """Whose share of the queue and of the hours is limited; the value names the texts."""

    VISITOR = ("limit.visitor_queue", "limit.visitor_hours")
    ADDRESS = ("limit.address_queue", "limit.address_hours")


@dataclass(frozen=True, slots=True)
class _Share:
    """What one visitor, or all with one address, may have.

    Attributes:
        of: whether the holder is a visitor or an address.
        holder: the visitor or the address.
        queue: transcriptions that have not ended.
        hours: of recordings within 24 hours.
    """

    of: ShareOf
    holder: str
    queue: int
    hours: float


class LimitKeeper:
    """Refuses what would be too much; remembers how much was granted while the app runs."""

    def __init__(
        self, limits: Limits | None = None, *, clock: Callable[[], float] = time.time
    ) -> None:
        self.limits = limits or Limits()
        self._clock = clock
        self._granted: dict[tuple[ShareOf, str], list[_Granted]] = {}
        self._addresses: dict[str, str] = {}

    def check_file(self, num_bytes: int) -> None:
        """Refuse a file that is too large.

        Raises:
            LimitReachedError: with a sentence.
        """
        if num_bytes > self.limits.file_mb * BYTES_PER_MB:
            size = -(-num_bytes // BYTES_PER_MB)
            raise LimitReachedError("limit.file", size=str(size), limit=str(self.limits.file_mb))

    def check(self, db: Connection, wish: QuotaRequest, *, lost: Collection[str]) -> None:
        """Refuse what would be too much now.

        Args:
            db: inside the transaction in which the run is queued.
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
        unfinished = [each for each in list_unfinished(db) if each.run_id not in lost]
        for share in self._shares(wish):
            self._check_share(db, share, hours, _num_held(share, unfinished, self._recent(share)))
        if len(unfinished) >= limits.queue:
            raise LimitReachedError("limit.queue", limit=str(limits.queue))

    def note(self, wish: QuotaRequest, run: PipelineRun) -> None:
        """Remember that a visitor's wish was granted."""
        if wish.owner is not None and wish.address is not None:
            self._addresses[wish.owner] = wish.address
        granted = _Granted(self._clock(), run.run_id, run.recording_id, wish.duration_ms)
        for share in self._shares(wish):
            self._granted.setdefault((share.of, share.holder), []).append(granted)

    def _shares(self, wish: QuotaRequest) -> Iterator[_Share]:
        limits = self.limits
        if wish.owner is None:
            return
        yield _Share(ShareOf.VISITOR, wish.owner, limits.visitor_queue, limits.visitor_hours)
        address = wish.address or self._addresses.get(wish.owner)
        if address is not None:
            yield _Share(ShareOf.ADDRESS, address, limits.address_queue, limits.address_hours)

    def _recent(self, share: _Share) -> list[_Granted]:
        """Return what was granted within a day, and forget what was before."""
        key, since_s = (share.of, share.holder), self._clock() - DAY_S
        recent = [each for each in self._granted.pop(key, []) if each.at_s > since_s]
        if recent:
            self._granted[key] = recent
        return recent

    def _check_share(self, db: Connection, share: _Share, hours: float, num_held: int) -> None:
        queue_text, hours_text = share.of.value
        if num_held >= share.queue:
            raise LimitReachedError(queue_text, limit=str(share.queue))
        had = sum(_length_ms(db, each) for each in self._recent(share)) / MS_PER_HOUR
        if had + hours > share.hours or had >= share.hours:
            raise LimitReachedError(hours_text, had=_hours(had), limit=_hours(share.hours))


def _num_held(
    share: _Share, unfinished: Collection[UnfinishedRun], recent: Collection[_Granted]
) -> int:
    """Return how many runs that have not ended belong to a share."""
    if share.of is ShareOf.VISITOR:
        return sum(each.owner == share.holder for each in unfinished)
    granted = {each.run_id for each in recent}
    return sum(each.run_id in granted for each in unfinished)


def _length_ms(db: Connection, granted: _Granted) -> int:
    """Return the length that decoding has shown or, until then, the one that was measured."""
    try:
        decoded_ms = get_recording(db, granted.recording_id).duration_ms
    except NotFoundError:  # deleted
        decoded_ms = None
    return decoded_ms or granted.duration_ms or 0


def _hours(hours: float) -> str:
    return f"{hours:.1f}".removesuffix(".0")
