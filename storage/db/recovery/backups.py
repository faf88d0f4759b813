"""Backups of a database, which can be written while the database is in use."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from pipeline.core.atomic_write import replacing
from storage.db.connections import BUSY_TIMEOUT_S, reading_only
from storage.db.errors import BackupError, DiskFullError, StorageError
from storage.db.recovery.integrity import find_damage
from storage.db.sqlite_errors import SQLITE_ERRORS, storage_error
from storage.db.workspace import BACKUPS_FOLDER

KEPT_BACKUPS = 10  # the newest ones; older ones are deleted when another is written

_TIME = "%Y%m%dT%H%M%S%fZ"
_NAME = re.compile(r"studio-(\d{8}T\d{12}Z)-[a-z0-9_-]+\.sqlite3")
_UNSAFE = re.compile(r"[^a-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup file and the time at which it was written."""

    path: Path
    made_at: datetime


def backups_folder(database_path: Path) -> Path:
    """Return the folder for the backups of a database."""
    return database_path.parent / BACKUPS_FOLDER


def back_up_beside(database_path: Path, *, occasion: str) -> Backup:
    """Write a backup of a database to its backups folder; keep the newest KEPT_BACKUPS only.

    Args:
        database_path: may be in use, also by writers.
        occasion: reason for the backup, which becomes part of the file name.

    Raises:
        DiskFullError: if there is no room for it; all other backups are kept.
        StorageError: if the database cannot be read or the backup cannot be written.
    """
    made_at = datetime.now(timezone.utc)
    name = f"studio-{made_at.strftime(_TIME)}-{_UNSAFE.sub('-', occasion.lower())}.sqlite3"
    path = backups_folder(database_path) / name
    back_up(database_path, path)
    for old in list_backups(database_path)[KEPT_BACKUPS:]:
        old.path.unlink(missing_ok=True)
    return Backup(path, made_at)


def back_up(database_path: Path, target: Path) -> None:
    """Write a consistent copy of a database and check its integrity.

    The copy contains no deleted data. An existing file is replaced after the check.

    Raises:
        DiskFullError: if there is no room for it.
        StorageError: if the database cannot be read or the copy cannot be written.
    """
    if target.resolve() == database_path.resolve():
        raise BackupError("A backup cannot take the place of the database itself.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with replacing(target) as partial:
            partial.unlink(missing_ok=True)
            _copy(database_path, partial)
    except SQLITE_ERRORS as error:
        raise _backup_error(storage_error(error, database_path), target) from error
    except OSError as error:
        raise BackupError(f"The backup '{target}' cannot be written: {error.strerror}.") from error


def list_backups(database_path: Path) -> tuple[Backup, ...]:
    """Return the backups of a database, the newest first."""
    found = ((path, _NAME.fullmatch(path.name)) for path in backups_folder(database_path).glob("*"))
    backups = [
        Backup(path, datetime.strptime(match[1], _TIME).replace(tzinfo=timezone.utc))
        for path, match in found
        if match is not None
    ]
    return tuple(sorted(backups, key=lambda each: each.made_at, reverse=True))


def newest_good_backup(database_path: Path) -> Backup | None:
    """Return the newest backup that is neither empty nor damaged; None if there is none."""
    good = (
        each
        for each in list_backups(database_path)
        if each.path.stat().st_size > 0 and is_whole(each.path)
    )
    return next(good, None)


def is_whole(path: Path) -> bool:
    """Return whether a file is an undamaged SQLite database."""
    try:
        with reading_only(path) as connection:
            return find_damage(connection) == ()
    except SQLITE_ERRORS:
        return False


def _copy(database_path: Path, target: Path) -> None:
    if not database_path.is_file():
        raise BackupError(f"There is no database '{database_path}'.")
    if database_path.stat().st_size == 0:
        raise BackupError(
            f"The database '{database_path}' is empty, so no backup was made. To go back to an "
            "earlier one, run: python -m storage restore"
        )
    with closing(
        sqlite3.connect(database_path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    ) as connection:
        connection.execute("VACUUM INTO ?", [str(target)])
    with reading_only(target) as copy:
        damage = find_damage(copy)
    if damage:
        raise BackupError(
            f"The backup was not kept, because it is not whole ({damage[0]}). "
            "Run: python -m storage verify"
        )


def _backup_error(error: StorageError, target: Path) -> StorageError:
    if isinstance(error, DiskFullError):
        return DiskFullError(
            f"The disk is full: there is no room for the backup '{target}'. The database is "
            "unchanged. Free some space, then try again."
        )
    return error
