"""Check for a missing or empty database in a workspace with recordings or backups."""

from __future__ import annotations

from pathlib import Path

from storage.db.backups import list_backups, newest_good_backup
from storage.db.connections import reading_only
from storage.db.damage import command_for
from storage.db.errors import DatabaseDamagedError
from storage.db.sqlite_errors import SQLITE_ERRORS
from storage.db.workspace import FILES_FOLDER, SET_ASIDE_FOLDER


def is_lost(path: Path) -> bool:
    """Return whether the database has no tables while its workspace has recordings or backups.

    An empty file is not opened: SQLite would delete the write-ahead log beside it.
    """
    return not _has_tables(path) and _is_in_use(path)


def lost_error(path: Path) -> DatabaseDamagedError:
    """Return the error for a missing or empty database, with the command that restores it."""
    state = "is empty" if path.exists() else "is missing"
    backup = newest_good_backup(path)
    remedy = (
        f"There is no undamaged backup of it. To start with an empty database and keep the "
        f"recordings' files in '{SET_ASIDE_FOLDER}', run: {command_for('recover', path.parent)}"
        if backup is None
        else f"To go back to the backup of {backup.made_at:%Y-%m-%d %H:%M} UTC, run: "
        f"{command_for('restore', path.parent)}. To list all backups, run: "
        f"{command_for('backups', path.parent)}"
    )
    return DatabaseDamagedError(
        f"'{path}' {state} although its workspace has recordings or backups; nothing was changed. "
        f"{remedy}"
    )


def _has_tables(path: Path) -> bool:
    if not path.exists() or path.stat().st_size == 0:
        return False
    try:
        with reading_only(path) as connection:
            (count,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            return bool(count)
    except SQLITE_ERRORS:  # damaged; the damage check reports it
        return True


def _is_in_use(path: Path) -> bool:
    files = path.parent / FILES_FOLDER
    has_files = files.is_dir() and any(files.iterdir())
    return has_files or bool(list_backups(path))
