"""Errors for a damaged, missing or empty database, with the commands that repair it."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

from storage.db.connections import reading_only
from storage.db.errors import DatabaseDamagedError
from storage.db.recovery.backups import list_backups, newest_good_backup
from storage.db.sqlite_errors import SQLITE_ERRORS
from storage.db.workspace import BACKUPS_FOLDER, FILES_FOLDER, SET_ASIDE_FOLDER


def damage_error(path: Path, finding: str) -> DatabaseDamagedError:
    """Return the error that describes the damage of a database and the commands to repair it."""
    backup = newest_good_backup(path)
    restore = (
        "There is no undamaged backup of it"
        if backup is None
        else f"To go back to the backup of {backup.made_at:%Y-%m-%d %H:%M} UTC, run: "
        f"{command_for('restore', path.parent)}"
    )
    return DatabaseDamagedError(
        f"'{path}' is no database of this program, or it is damaged ({finding}). It was left as it "
        f"is. {restore}. To save what can still be read of it, run: "
        f"{command_for('recover', path.parent)}. Either keeps the damaged file in "
        f"'{Path(BACKUPS_FOLDER) / SET_ASIDE_FOLDER}'."
    )


def command_for(action: str, workspace: Path) -> str:
    """Return the command line of a `python -m storage` action, quoted for this system's shell."""
    words = ["python", "-m", "storage", action, "--workspace", str(workspace)]
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)


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
