"""Another database put in the place of the one that is there, which is kept."""

from __future__ import annotations

import os
import shutil
from datetime import datetime, timezone
from pathlib import Path

from pipeline.runtime.atomic_write import replacing
from storage.db.connections import reading_only
from storage.db.workspace import BACKUPS_FOLDER, DATABASE_NAME, FILES_FOLDER, SET_ASIDE_FOLDER

_LOG_SUFFIXES = ("-wal", "-shm")  # what SQLite keeps beside a database


def put_in_place(workspace: Path, database: Path) -> Path | None:
    """Copy a database into a workspace that nobody works in.

    What was there is kept byte for byte, with its write-ahead log and with the audio of the
    recordings that the new database does not know, which the next start would remove.

    Returns:
        The folder in which it is kept; None if there was nothing.

    Raises:
        OSError: if there is no room, or a file cannot be moved; the database that was there is
            then there still, or kept in the folder.
    """
    current = workspace / DATABASE_NAME
    with replacing(current) as partial:
        shutil.copyfile(database, partial)
        kept_in = _keep(current) if current.exists() else None
        # A log that is left would be played into the new database and damage it.
        for suffix in _LOG_SUFFIXES:
            current.with_name(current.name + suffix).unlink(missing_ok=True)
    return _keep_unknown_audio(workspace, kept_in)


def set_aside_folders(workspace: Path) -> tuple[Path, ...]:
    """The folders with what was replaced, the oldest first."""
    return tuple(sorted((workspace / BACKUPS_FOLDER / SET_ASIDE_FOLDER).glob("*")))


def _new_folder(workspace: Path) -> Path:
    now = datetime.now(timezone.utc)
    folder = workspace / BACKUPS_FOLDER / SET_ASIDE_FOLDER / f"{now:%Y%m%dT%H%M%S%fZ}"
    folder.mkdir(parents=True)
    return folder


def _keep(current: Path) -> Path:
    folder = _new_folder(current.parent)
    for path in (current, current.with_name(f"{current.name}-wal")):
        if path.exists():
            _link_or_copy(path, folder / path.name)
    return folder


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)  # needs no room
    except OSError:  # a file system without links
        shutil.copyfile(source, target)


def _keep_unknown_audio(workspace: Path, kept_in: Path | None) -> Path | None:
    """Move audio that the database does not list to `kept_in`, made new where it is None."""
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
