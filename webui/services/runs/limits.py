"""Checks of uploads and transcriptions against the limits, with translated error messages."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
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
    """Error for a refused upload, with a translatable message.

    Attributes:
        key: text key of the message.
        values: values of the message, formatted.
    """

    def __init__(self, key: str, **values: str) -> None:
        self.key = key
        self.values = values
        super().__init__(self.message_in("en"))

    def message_in(self, language: str) -> str:
        """Return the error message, translated into one of LANGUAGES."""
        return texts_for(language)[self.key].format_map(self.values)


class LimitReachedError(UploadRefusedError):
    """Error for an upload or a request that exceeds a limit."""


class UnreadableUploadError(UploadRefusedError):
    """Error for an upload that cannot be read as a recording."""

    def __init__(self, error_kind: str) -> None:
        """Create the error with the message for a kind of AudioError, or a general one."""
        key = f"error.{error_kind}"
        super().__init__(key if has_text(key) else "error.AudioError")


@dataclass(frozen=True, slots=True)
class QuotaRequest:
    """A requested transcription that is to be checked against the limits.

    Attributes:
        owner: id of a public demo's visitor; None for others.
        duration_ms: length of the recording, None if unknown.
        address: the visitor's address group; None to use that of the visitor's last
            transcription.
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
    """Kind of quota, per visitor or per address, with the keys of its two error messages."""

    VISITOR = ("limit.visitor_queue", "limit.visitor_hours")
    ADDRESS = ("limit.address_queue", "limit.address_hours")


@dataclass(frozen=True, slots=True)
class _Share:
    """Quota of one visitor, or of all visitors with one address.

    Attributes:
        of: whether the holder is a visitor or an address.
        holder: the visitor or the address.
        queue: maximum number of unfinished transcriptions.
        hours: maximum hours of audio within 24 hours.
    """

    of: ShareOf
    holder: str
    queue: int
    hours: float


class LimitKeeper:
    """Checker of requests against the limits, which keeps the granted hours in memory."""

    def __init__(
        self, limits: Limits | None = None, *, clock: Callable[[], float] = time.time
    ) -> None:
        self.limits = limits or Limits()
        self._clock = clock
        self._lock = threading.Lock()  # of the granted hours
        self._granted: dict[tuple[ShareOf, str], list[_Granted]] = {}
        self._addresses: dict[str, str] = {}

    def check_file(self, num_bytes: int) -> None:
        """Raise an error for a file that is too large.

        Raises:
            LimitReachedError: if the limit is exceeded.
        """
        if num_bytes > self.limits.file_mb * BYTES_PER_MB:
            size = -(-num_bytes // BYTES_PER_MB)
            raise LimitReachedError("limit.file", size=str(size), limit=str(self.limits.file_mb))

    def check(self, db: Connection, request: QuotaRequest, *, lost: Collection[str]) -> None:
        """Raise an error if a request would exceed a limit.

        Args:
            db: database, inside the transaction that queues the run.
            request: the requested transcription.
            lost: ids of ended runs whose end is not stored.

        Raises:
            LimitReachedError: if the limit is exceeded.
        """
        limits = self.limits
        hours = (request.duration_ms or 0) / MS_PER_HOUR
        if hours > limits.recording_hours:
            raise LimitReachedError(
                "limit.length", length=_hours(hours), limit=_hours(limits.recording_hours)
            )
        unfinished = [each for each in list_unfinished(db) if each.run_id not in lost]
        for share in self._shares(request):
            self._check_queue(share, _num_held(share, unfinished, self._recent(share)))
            self._check_hours(db, share, hours)
        if len(unfinished) >= limits.queue:
            raise LimitReachedError("limit.queue", limit=str(limits.queue))

    def check_hours(self, db: Connection, request: QuotaRequest) -> None:
        """Raise an error if a copy of a recording would exceed the visitor's hours of audio.

        Args:
            db: database, inside the transaction that copies the recording.
            request: the visitor, and the length of the recording.

        Raises:
            LimitReachedError: if the limit is exceeded.
        """
        for share in self._shares(request):
            self._check_hours(db, share, (request.duration_ms or 0) / MS_PER_HOUR)

    def note(self, request: QuotaRequest, run: PipelineRun) -> None:
        """Count a granted request towards the quotas of its visitor and address."""
        if request.owner is not None and request.address is not None:
            self._addresses[request.owner] = request.address
        granted = _Granted(self._clock(), run.run_id, run.recording_id, request.duration_ms)
        with self._lock:
            for share in self._shares(request):
                self._granted.setdefault((share.of, share.holder), []).append(granted)

    def note_length(self, run_id: str, duration_ms: int) -> None:
        """Set the length of the granted request for a run, which counts towards the quotas."""
        with self._lock:
            for key, granted in self._granted.items():
                self._granted[key] = [
                    replace(each, duration_ms=duration_ms) if each.run_id == run_id else each
                    for each in granted
                ]

    def _shares(self, request: QuotaRequest) -> Iterator[_Share]:
        limits = self.limits
        if request.owner is None:
            return
        yield _Share(ShareOf.VISITOR, request.owner, limits.visitor_queue, limits.visitor_hours)
        address = request.address or self._addresses.get(request.owner)
        if address is not None:
            yield _Share(ShareOf.ADDRESS, address, limits.address_queue, limits.address_hours)

    def _recent(self, share: _Share) -> list[_Granted]:
        """Return the requests granted under a quota in the last 24 hours; discard older ones."""
        key, since_s = (share.of, share.holder), self._clock() - DAY_S
        with self._lock:
            recent = [each for each in self._granted.pop(key, []) if each.at_s > since_s]
            if recent:
                self._granted[key] = recent
        return recent

    def _check_queue(self, share: _Share, num_held: int) -> None:
        queue_text, _ = share.of.value
        if num_held >= share.queue:
            raise LimitReachedError(queue_text, limit=str(share.queue))

    def _check_hours(self, db: Connection, share: _Share, hours: float) -> None:
        _, hours_text = share.of.value
        had = sum(_length_ms(db, each) for each in self._recent(share)) / MS_PER_HOUR
        if had + hours > share.hours or had >= share.hours:
            raise LimitReachedError(hours_text, had=_hours(had), limit=_hours(share.hours))


def _num_held(
    share: _Share, unfinished: Collection[UnfinishedRun], recent: Collection[_Granted]
) -> int:
    """Return the number of unfinished runs that count towards a quota."""
    if share.of is ShareOf.VISITOR:
        return sum(each.owner == share.holder for each in unfinished)
    granted = {each.run_id for each in recent}
    return sum(each.run_id in granted for each in unfinished)


def _length_ms(db: Connection, granted: _Granted) -> int:
    """Return a recording's length in ms, as decoded or else as stated by the granted request."""
    try:
        decoded_ms = get_recording(db, granted.recording_id).duration_ms
    except NotFoundError:  # deleted
        decoded_ms = None
    return decoded_ms or granted.duration_ms or 0


def _hours(hours: float) -> str:
    return f"{hours:.1f}".removesuffix(".0")
