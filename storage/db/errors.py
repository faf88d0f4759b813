"""Errors of the storage: every message says what, which, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from storage.db.row_changes import Conflict


class StorageError(Exception):
    """Root of everything the storage raises on purpose; the message is fit for a user."""


class NotFoundError(StorageError, LookupError):
    """There is no such recording, run or transcript, or it has been deleted."""


class DiskFullError(StorageError):
    """The disk is full; what was to be written is not there, what was there still is."""


class DatabaseUnavailableError(StorageError):
    """The database cannot be opened, written or waited for."""


class DatabaseDamagedError(StorageError):
    """The file is no database, or not whole."""


class SchemaDamagedError(DatabaseDamagedError):
    """The tables of the database, or the list of its migrations, are damaged."""


class ForeignDatabaseError(StorageError):
    """The file is a database of another program."""


class DatabaseTooNewError(StorageError):
    """The database was written by a newer version of the program."""


class FilesInUseError(StorageError):
    """Rows are deleted, but another program holds a file of theirs open."""


class EditRefusedError(StorageError, ValueError):
    """An edit cannot be made as it was asked for; the transcript is as before.

    Attributes:
        reason: names the sentence, for those who say it in another language.
        values: what is counted or quoted in it.
    """

    def __init__(self, message: str, *, reason: str, **values: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.values = values

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how another process makes the same error."""
        return _remake, (type(self), (str(self),), self.reason, self.values)


class StaleEditError(StorageError):
    """What an edit was to change has been changed meanwhile; the transcript is as before.

    Attributes:
        conflicts: for each row its present version, and the one that was wanted.
        reason: names the sentence, for those who say it in another language.
        values: what is counted in it.
    """

    def __init__(
        self, message: str, conflicts: tuple[Conflict, ...] = (), *, reason: str, **values: str
    ) -> None:
        super().__init__(message)
        self.conflicts = conflicts
        self.reason = reason
        self.values = values

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how another process makes the same error."""
        return _remake, (type(self), (str(self), self.conflicts), self.reason, self.values)


class HistoryDamagedError(StorageError):
    """The rows of a transcript are not what its edits make of it."""


class WorkspaceInUseError(StorageError):
    """Another process works in the workspace."""


class WorkspaceUnavailableError(StorageError):
    """The folder of the workspace cannot be made or written."""


class BackupError(StorageError):
    """A backup cannot be made, or the one that was named cannot be used."""


class TrainingOptionError(StorageError, ValueError):
    """What was asked of an export of training data makes no sense."""


class TrainingExportError(StorageError):
    """Training data cannot be exported; nothing of it is there."""


class TrainingExportCancelled(StorageError):  # noqa: N818 - the name reads as the event it is
    """Whoever asked for the export has stopped it; nothing of it is there."""


def _remake(
    kind: Callable[..., Exception],
    arguments: tuple[object, ...],
    reason: str,
    values: Mapping[str, str],
) -> Exception:
    """Return an error as it was in another process."""
    return kind(*arguments, reason=reason, **values)
