"""Replacement of a workspace's database, whose old file is kept in a separate folder."""

from __future__ import annotations

import os
import shutil
from datetime import datetime, timezone
from pathlib import Path

from pipeline.core.atomic_write import replacing
from storage.db.connections import reading_only
from storage.db.workspace import BACKUPS_FOLDER, DATABASE_NAME, FILES_FOLDER, SET_ASIDE_FOLDER

_LOG_SUFFIXES = ("-wal", "-shm")  # files of SQLite beside a database


def replace_database(workspace: Path, database: Path) -> Path | None:
    """Replace the database of a locked workspace by a copy of another; keep the replaced one.

    The current database is kept byte for byte with its write-ahead log, and with the audio of
    recordings that the new database does not contain, which the next start would delete.

    Returns:
        The folder of the replaced database; None if there was none.

    Raises:
        OSError: if there is no room, or a file cannot be moved; the current database is then
            still in place, or in the folder.
    """
    current = workspace / DATABASE_NAME
    with replacing(current) as partial:
        shutil.copyfile(database, partial)
        kept_in = _set_aside(current) if current.exists() else None
        # SQLite would apply a left-over log to the new database and damage it.
        for suffix in _LOG_SUFFIXES:
            current.with_name(current.name + suffix).unlink(missing_ok=True)
    return _set_aside_unknown_audio(workspace, kept_in)


def set_aside_folders(workspace: Path) -> tuple[Path, ...]:
    """Return the folders with the replaced databases of a workspace, the oldest first."""
    return tuple(sorted((workspace / BACKUPS_FOLDER / SET_ASIDE_FOLDER).glob("*")))


def _new_folder(workspace: Path) -> Path:
    now = datetime.now(timezone.utc)
    folder = workspace / BACKUPS_FOLDER / SET_ASIDE_FOLDER / f"{now:%Y%m%dT%H%M%S%fZ}"
    folder.mkdir(parents=True)
    return folder


def _set_aside(current: Path) -> Path:
    folder = _new_folder(current.parent)
    for path in (current, current.with_name(f"{current.name}-wal")):
        if path.exists():
            _link_or_copy(path, folder / path.name)
    return folder


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)  # needs no disk space
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)


def _set_aside_unknown_audio(workspace: Path, kept_in: Path | None) -> Path | None:
    """Move audio of recordings missing in the database to `kept_in`, else to a new folder.

    Returns:
        `kept_in`, or the new folder; None if neither exists.
    """
    with reading_only(workspace / DATABASE_NAME) as connection:
        known = {
            recording_id for (recording_id,) in connection.execute("SELECT id FROM recordings")
        }
    for folder in sorted((workspace / FILES_FOLDER).glob("*")):
        if folder.is_dir() and folder.name not in known:
            kept_in = kept_in or _new_folder(workspace)
            target = kept_in / FILES_FOLDER / folder.name
            target.parent.mkdir(exist_ok=True)
            folder.rename(target)
    return kept_in
