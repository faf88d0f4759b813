"""Going back to a backup."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sqlite_utils

from storage.db.backups import is_whole, newest_good_backup
from storage.db.connections import reading_only
from storage.db.errors import BackupError
from storage.db.schema.migrations import applied_steps, pending_steps
from storage.db.sqlite_errors import SQLITE_ERRORS, storage_error
from storage.db.workspace import DATABASE_NAME, locked
from storage.maintenance.swap import put_in_place


@dataclass(frozen=True, slots=True)
class Restored:
    """What going back to a backup has done.

    Attributes:
        backup: what is in place now.
        kept_in: folder of what was there before; None if there was nothing.
    """

    backup: Path
    kept_in: Path | None


def restore(workspace: Path, backup: Path | None = None) -> Restored:
    """Put a backup in the place of the database, which is kept aside.

    Args:
        workspace: nobody may work in it.
        backup: which; the newest one beside the database that is whole if None.

    Raises:
        WorkspaceInUseError: if somebody works in it.
        BackupError: if there is no such backup, or it is not whole, or not ours.
        StorageError: if it is of a newer version, or cannot be put in place.
    """
    with locked(workspace):
        chosen = _newest(workspace) if backup is None else backup
        _check(chosen)
        try:
            kept_in = put_in_place(workspace, chosen)
        except OSError as error:
            raise BackupError(f"'{chosen}' cannot be put in place: {error.strerror}.") from error
        return Restored(chosen, kept_in)


def _newest(workspace: Path) -> Path:
    newest = newest_good_backup(workspace / DATABASE_NAME)
    if newest is None:
        raise BackupError(f"There is no backup in '{workspace}' that is whole.")
    return newest.path


def _check(backup: Path) -> None:
    if not backup.is_file():
        raise BackupError(f"There is no file '{backup}'.")
    if not is_whole(backup):
        raise BackupError(f"'{backup}' is no database, or it is damaged. Choose another backup.")
    try:
        with reading_only(backup) as connection:
            rows = sqlite_utils.Database(connection, execute_plugins=False)
            pending_steps(rows)
            if not applied_steps(rows):
                raise BackupError(f"'{backup}' is an empty database. Choose another backup.")
    except SQLITE_ERRORS as error:
        raise storage_error(error, backup) from error
