"""Who may see and change which recording: the one place where that is decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from storage.db.database import Connection, Database
from storage.db.errors import NotFoundError, StorageError
from storage.db.records import Recording
from storage.library.recordings import get_recording
from storage.library.runs import get_run
from storage.transcripts.transcripts import get_transcript


class ReadOnlyError(StorageError):
    """What is shown to everybody cannot be changed by one visitor."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks.

    Attributes:
        owner: of a demo's visitor, under which their recordings are kept: they see these and what
            belongs to nobody, which they cannot change. None for somebody who may do everything.
        name: under which they have logged in; None where nobody logs in.
        keep_hours: after which what they upload is deleted; None for never.
        address: what a demo's visitor's network address is counted as; None where that is not
            known.
    """

    owner: str | None = None
    name: str | None = None
    keep_hours: float | None = None
    address: str | None = None

    @property
    def is_limited(self) -> bool:
        """Whether there is anything that they may not see."""
        return self.owner is not None

    def may_see(self, recording: Recording) -> bool:
        """Whether they see a recording at all."""
        return self.owner is None or recording.owner in (None, self.owner)

    def may_change(self, recording: Recording) -> bool:
        """Whether they may edit and delete it."""
        return self.owner is None or recording.owner == self.owner


EVERYBODY = Visitor()  # where one person, or one team, works on everything

# What may stand in an address, by the name that its place has there: ids of things that belong to
# a recording, and parts that say nothing about whose it is.
_RECORDING_OF: dict[str, Callable[[Connection, str], str]] = {
    "recording_id": lambda _, recording_id: recording_id,
    "transcript_id": lambda rows, transcript_id: get_transcript(rows, transcript_id).recording_id,
    "run_id": lambda rows, run_id: get_run(rows, run_id).recording_id,
}
_PLAIN = frozenset(
    {"format_name", "version", "extent", "revision", "before_edit_id", "utterance_id", "count"}
)


class AccessService:
    """Answers whether a visitor may do what is asked for; what they may not see is not there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def check(self, visitor: Visitor, parts: Mapping[str, str], *, changes: bool) -> None:
        """Let a request pass that names something by its id.

        Args:
            visitor: who asks.
            parts: of the address, by name; at least one names a recording or part of one.
            changes: whether something would be different afterwards.

        Raises:
            NotFoundError: if it is not there, or not theirs.
            ReadOnlyError: if they may look at it only.
        """
        if not visitor.is_limited:
            return
        ids = {name: value for name, value in parts.items() if name not in _PLAIN}
        if not ids or not ids.keys() <= _RECORDING_OF.keys():
            raise NotFoundError("There is nothing for visitors at this address.")
        with self._database.reading() as db:
            for name, value in ids.items():
                recording = get_recording(db, _RECORDING_OF[name](db, value))
                _check(visitor, recording, changes=changes)


def _check(visitor: Visitor, recording: Recording, *, changes: bool) -> None:
    if not visitor.may_see(recording):
        raise NotFoundError("There is no such recording; it may have been deleted.")
    if changes and not visitor.may_change(recording):
        raise ReadOnlyError(
            "This recording is shown to all visitors and cannot be changed. "
            "Upload a recording of your own to try that."
        )
