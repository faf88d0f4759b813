"""Restore of a workspace's database from a backup."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sqlite_utils

from storage.db.connections import reading_only
from storage.db.errors import BackupError
from storage.db.recovery.backups import is_whole, newest_good_backup
from storage.db.schema.migrations import applied_steps, pending_steps
from storage.db.sqlite_errors import SQLITE_ERRORS, storage_error
from storage.db.workspace import DATABASE_NAME, locked
from storage.maintenance.swap import replace_database


@dataclass(frozen=True, slots=True)
class Restored:
    """Result of a restore from a backup.

    Attributes:
        backup: the restored backup.
        kept_in: folder of the replaced database; None if there was none.
    """

    backup: Path
    kept_in: Path | None


def restore(workspace: Path, backup: Path | None = None) -> Restored:
    """Replace the database of a workspace by a backup; keep the replaced file.

    Args:
        workspace: must not be in use.
        backup: the backup; None for the newest undamaged one of the workspace.

    Raises:
        WorkspaceInUseError: if another process holds the lock of the workspace.
        BackupError: if there is no such backup, or it is damaged or of another program.
        StorageError: if it is of a newer version, or cannot be copied.
    """
    with locked(workspace):
        chosen = _newest(workspace) if backup is None else backup
        _check(chosen)
        try:
            kept_in = replace_database(workspace, chosen)
        except OSError as error:
            raise BackupError(f"'{chosen}' cannot be restored: {error.strerror}.") from error
        return Restored(chosen, kept_in)


def _newest(workspace: Path) -> Path:
    newest = newest_good_backup(workspace / DATABASE_NAME)
    if newest is None:
        raise BackupError(f"There is no undamaged backup in '{workspace}'.")
    return newest.path


def _check(backup: Path) -> None:
    if not backup.is_file():
        raise BackupError(f"There is no file '{backup}'.")
    if not is_whole(backup):
        raise BackupError(f"'{backup}' is no database, or it is damaged. Choose another backup.")
    try:
        with reading_only(backup) as connection:
            db = sqlite_utils.Database(connection, execute_plugins=False)
            pending_steps(db)
            if not applied_steps(db):
                raise BackupError(f"'{backup}' is an empty database. Choose another backup.")
    except SQLITE_ERRORS as error:
        raise storage_error(error, backup) from error
