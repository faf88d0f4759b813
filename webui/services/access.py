"""Access rules that decide which recordings a visitor may see and change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from storage.db.database import Connection, Database
from storage.db.errors import DiskFullError, NotFoundError, StorageError
from storage.db.records import Recording
from storage.library.recordings import get_recording
from storage.library.runs import get_run
from storage.transcripts.transcripts import get_transcript
from webui.services.disk_space import is_nearly_full


class ReadOnlyError(StorageError):
    """Error for a change of a recording that all visitors share and may only read."""


_WORKSPACE_PAGES = ("work", "words", "voices", "training", "models")  # with full access alone


@dataclass(frozen=True, slots=True)
class Visitor:
    """Visitor who makes a request, with the attributes that determine their access.

    Attributes:
        owner: id of a demo's visitor, who sees their own recordings and, read-only, those without
            an owner. None for full access.
        name: user name; None without login.
        keep_hours: hours after which their uploads are deleted; None for never.
        address: address group of a demo's visitor; None if unknown.
        is_passing: whether the id was created for this request only and is never used again.
    """

    owner: str | None = None
    name: str | None = None
    keep_hours: float | None = None
    address: str | None = None
    is_passing: bool = False

    @property
    def is_limited(self) -> bool:
        """Whether the visitor sees only some of the recordings."""
        return self.owner is not None

    @property
    def person(self) -> str:
        """Id of a demo's visitor, or user name; "" without login."""
        return self.owner or self.name or ""

    @property
    def quota_key(self) -> str | None:
        """Key of the limits of a demo's visitor: the address, or the id if it is unknown."""
        return self.address or self.owner

    @property
    def pages(self) -> tuple[str, ...]:
        """Names of the pages that the visitor may use."""
        return ("recordings",) if self.is_limited else ("recordings", *_WORKSPACE_PAGES)

    def may_see(self, recording: Recording) -> bool:
        """Return whether the visitor may see a recording."""
        return self.owner is None or recording.owner in (None, self.owner)

    def may_change(self, recording: Recording) -> bool:
        """Return whether the visitor may edit and delete a recording."""
        return self.owner is None or recording.owner == self.owner


EVERYBODY = Visitor()  # for one person or one team

# Path parameters by name: ids of things that belong to a recording, and parts that do not identify
# a recording.
_RECORDING_OF: dict[str, Callable[[Connection, str], str]] = {
    "recording_id": lambda _, recording_id: recording_id,
    "transcript_id": lambda rows, transcript_id: get_transcript(rows, transcript_id).recording_id,
    "other_id": lambda rows, transcript_id: get_transcript(rows, transcript_id).recording_id,
    "run_id": lambda rows, run_id: get_run(rows, run_id).recording_id,
}
_PLAIN = frozenset(
    {
        "format_name",
        "version",
        "extent",
        "language",
        "revision",
        "before_edit_id",
        "utterance_id",
        "speaker_id",
        "form",
        "count",
        "tile",
        "span",
    }
)


class AccessService:
    """Access checks by id, which report recordings hidden from the visitor as not found."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def check(self, visitor: Visitor, parts: Mapping[str, str], *, changes: bool) -> None:
        """Raise an error unless the visitor may access the objects whose ids a request contains.

        Args:
            visitor: the visitor.
            parts: path parameters by name; at least one identifies a recording or part of one.
            changes: whether the request modifies it.

        Raises:
            NotFoundError: if it does not exist, or is hidden from the visitor.
            ReadOnlyError: if the visitor may only read it.
        """
        if not visitor.is_limited:
            return
        ids = {name: value for name, value in parts.items() if name not in _PLAIN}
        if not ids or not ids.keys() <= _RECORDING_OF.keys():
            raise _hidden_address()
        with self._database.reading() as db:
            for name, value in ids.items():
                recording = get_recording(db, _RECORDING_OF[name](db, value))
                _check(visitor, recording, changes=changes)

    def check_room(self, visitor: Visitor) -> None:
        """Raise an error if a visitor may add nothing because the disk is nearly full.

        What visitors of a public demo add leaves space for the recordings of all others.

        Raises:
            DiskFullError: if the visitor sees only some of the recordings and the disk is nearly
                full.
        """
        if visitor.is_limited and is_nearly_full(self._database.path.parent):
            raise DiskFullError("The disk is nearly full; nothing can be added now.")

    def check_full(self, visitor: Visitor) -> None:
        """Raise an error unless the visitor has full access.

        Raises:
            NotFoundError: if the visitor sees only some of the recordings.
        """
        if visitor.is_limited:
            raise _hidden_address()


def _hidden_address() -> NotFoundError:
    return NotFoundError("There is nothing for visitors at this address.")


def _check(visitor: Visitor, recording: Recording, *, changes: bool) -> None:
    if not visitor.may_see(recording):
        raise NotFoundError("There is no such recording; it may have been deleted.")
    if changes and not visitor.may_change(recording):
        raise ReadOnlyError(
            "This recording is shown to all visitors and cannot be changed. "
            "Make a copy of it, or upload a recording of your own."
        )
