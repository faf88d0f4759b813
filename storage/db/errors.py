"""Errors of the storage, whose messages name the problem, the object and the remedy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from storage.db.row_changes import Conflict


class StorageError(Exception):
    """Base class of the storage's errors; the message is written for users."""


class NotFoundError(StorageError, LookupError):
    """Error for a recording, run or transcript that does not exist or has been deleted."""


class DiskFullError(StorageError):
    """Error for a full disk; nothing was written and existing data is unchanged."""


class DatabaseUnavailableError(StorageError):
    """Error for a database that cannot be opened or written, or stays locked."""


class DatabaseDamagedError(StorageError):
    """Error for a file that is damaged or is not a database."""


class SchemaDamagedError(DatabaseDamagedError):
    """Error for damage to the tables of the database or to its list of migrations."""


class ForeignDatabaseError(StorageError):
    """Error for a database of another program."""


class DatabaseTooNewError(StorageError):
    """Error for a database that was written by a newer version of the program."""


class FilesInUseError(StorageError):
    """Error for a file that cannot be deleted because another program holds it open."""


class EditRefusedError(StorageError, ValueError):
    """Error for an invalid edit request; the transcript is unchanged.

    Attributes:
        reason: key of the message, for translation.
        values: values that the message contains.
    """

    def __init__(self, message: str, *, reason: str, **values: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.values = values

    def __reduce__(self) -> tuple[Any, ...]:
        """Return the function and arguments that recreate this error when it is unpickled."""
        return _remake, (type(self), (str(self),), self.reason, self.values)


class StaleEditError(StorageError):
    """Error for an edit of rows that have changed meanwhile; the transcript is unchanged.

    Attributes:
        conflicts: current and requested version of each such row.
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
        """Return the function and arguments that recreate this error when it is unpickled."""
        return _remake, (type(self), (str(self), self.conflicts), self.reason, self.values)


class WorkspaceInUseError(StorageError):
    """Error for a workspace whose lock another process holds."""


class WorkspaceUnavailableError(StorageError):
    """Error for a workspace folder that cannot be created or written."""


class BackupError(StorageError):
    """Error for a backup that cannot be written or used."""


class TrainingOptionError(StorageError, ValueError):
    """Error for invalid options of a training data export."""


class TrainingExportError(StorageError):
    """Error for a failed training data export, which leaves no output."""


class TrainingExportCancelled(StorageError):  # noqa: N818 - a cancellation is not an error
    """Error for a cancelled training data export, which leaves no output."""


def _remake(
    kind: Callable[..., Exception],
    arguments: tuple[object, ...],
    reason: str,
    values: Mapping[str, str],
) -> Exception:
    """Recreate an error from its pickled class, arguments, reason and values."""
    return kind(*arguments, reason=reason, **values)
