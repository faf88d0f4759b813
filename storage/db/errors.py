"""Errors of the storage; every message names the problem, the object and the remedy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from storage.db.row_changes import Conflict


class StorageError(Exception):
    """Base class of the storage's errors; the message is written for users."""


class NotFoundError(StorageError, LookupError):
    """No such recording, run or transcript, or it has been deleted."""


class DiskFullError(StorageError):
    """The disk is full; nothing was written and existing data is unchanged."""


class DatabaseUnavailableError(StorageError):
    """The database cannot be opened or written, or stays locked."""


class DatabaseDamagedError(StorageError):
    """The file is damaged or is not a database."""


class SchemaDamagedError(DatabaseDamagedError):
    """The tables of the database, or the list of its migrations, are damaged."""


class ForeignDatabaseError(StorageError):
    """The file is a database of another program."""


class DatabaseTooNewError(StorageError):
    """The database was written by a newer version of the program."""


class FilesInUseError(StorageError):
    """The rows are deleted, but another program holds one of their files open."""


class EditRefusedError(StorageError, ValueError):
    """An edit request is invalid; the transcript is unchanged.

    Attributes:
        reason: key of the message, for translation.
        values: values that the message contains.
    """

    def __init__(self, message: str, *, reason: str, **values: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.values = values

    def __reduce__(self) -> tuple[Any, ...]:
        """Return the arguments to unpickle this error in another process."""
        return _remake, (type(self), (str(self),), self.reason, self.values)


class StaleEditError(StorageError):
    """Rows that an edit would change have changed meanwhile; the transcript is unchanged.

    Attributes:
        conflicts: for each such row its current and its requested version.
        reason: key of the message, for translation.
        values: values that the message contains.
    """

    def __init__(
        self, message: str, conflicts: tuple[Conflict, ...] = (), *, reason: str, **values: str
    ) -> None:
        super().__init__(message)
        self.conflicts = conflicts
        self.reason = reason
        self.values = values

    def __reduce__(self) -> tuple[Any, ...]:
        """Return the arguments to unpickle this error in another process."""
        return _remake, (type(self), (str(self), self.conflicts), self.reason, self.values)


class HistoryDamagedError(StorageError):
    """The rows of a transcript differ from the replay of its edits."""


class WorkspaceInUseError(StorageError):
    """Another process holds the lock of the workspace."""


class WorkspaceUnavailableError(StorageError):
    """The folder of the workspace cannot be created or written."""


class BackupError(StorageError):
    """A backup cannot be written, or the given backup cannot be used."""


class TrainingOptionError(StorageError, ValueError):
    """The options of a training data export are invalid."""


class TrainingExportError(StorageError):
    """Training data cannot be exported; no output is left."""


class TrainingExportCancelled(StorageError):  # noqa: N818 - a cancellation is not an error
    """The training data export was cancelled; no output is left."""


def _remake(
    kind: Callable[..., Exception],
    arguments: tuple[object, ...],
    reason: str,
    values: Mapping[str, str],
) -> Exception:
    """Return an error unpickled from another process."""
    return kind(*arguments, reason=reason, **values)
