"""Deleting a recording for good: rows, files, the text in the write-ahead log and in backups."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from storage.db.backups import list_backups
from storage.db.blobs import BlobStore
from storage.db.connections import connect
from storage.db.database import Database
from storage.db.hidden_recordings import (
    hide_recording,
    list_hidden,
    removal_steps,
    search_index_steps,
)
from storage.db.schema.search_index import has_search_index, optimize_index
from storage.db.values import now_text
from storage.db.workspace import DATABASE_NAME, FILES_FOLDER
from storage.maintenance.swap import set_aside_folders

_log = logging.getLogger(__name__)


def delete_recording(database: Database, blobs: BlobStore, recording_id: str) -> None:
    """Delete a recording, its transcripts and its audio; nothing of it can be brought back.

    It is taken out of the backups beside the database too. Databases that were set aside when
    another one took their place are removed: what they hold cannot be taken apart.

    Raises:
        NotFoundError: if it is not there (any more).
        FilesInUseError: if its rows are gone, but a player holds its audio open.
    """
    with database.transaction() as db:
        hide_recording(db, recording_id)
    _finish_removal(database, blobs, recording_id)


def finish_removals(database: Database, blobs: BlobStore) -> None:
    """Remove what a crash has left of recordings that were being deleted or written.

    Raises:
        FilesInUseError: if the rows of one are gone, but its audio is held open.
    """
    with database.reading() as db:
        hidden = list_hidden(db)
    for recording_id in hidden:
        _finish_removal(database, blobs, recording_id)


def _finish_removal(database: Database, blobs: BlobStore, recording_id: str) -> None:
    remove_hidden_rows(database, recording_id)
    database.in_steps(search_index_steps())
    if not database.truncate_wal():
        _log.warning("another program reads the database; the log is emptied when it stops")
    for backup in list_backups(database.path):
        _take_out(backup.path, recording_id)
    for folder in set_aside_folders(database.path.parent):
        _forget(folder, recording_id)
    blobs.delete_all(recording_id)


def remove_hidden_rows(database: Database, recording_id: str) -> None:
    """Delete the rows of a hidden recording in steps."""
    with database.reading() as db:
        steps = tuple(removal_steps(db, recording_id))
    database.in_steps(steps)


def _take_out(backup: Path, recording_id: str) -> None:
    """Delete the rows from a backup, whatever its version; a backup that refuses goes itself."""
    try:
        with closing(connect(backup, journal_mode="DELETE")) as connection:
            connection.execute("BEGIN IMMEDIATE")
            _delete(connection, recording_id)
            connection.execute("COMMIT")
    except sqlite3.Error:
        _log.warning("a backup was removed, for a recording could not be deleted from it")
        backup.unlink(missing_ok=True)


def _delete(connection: sqlite3.Connection, recording_id: str) -> None:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if "purges" in tables:  # without a note there the history may not go
        connection.execute(
            "INSERT OR IGNORE INTO purges (transcript_id, requested_at, reason) "
            "SELECT id, ?, 'its recording was deleted' FROM transcripts WHERE recording_id = ?",
            [now_text(), recording_id],
        )
    connection.execute("DELETE FROM recordings WHERE id = ?", [recording_id])
    if has_search_index(connection):
        optimize_index(connection)


def _forget(folder: Path, recording_id: str) -> None:
    for database in folder.glob(f"{DATABASE_NAME}*"):
        _log.warning("a database that was set aside is removed, for it may hold deleted text")
        database.unlink(missing_ok=True)
    shutil.rmtree(folder / FILES_FOLDER / recording_id, ignore_errors=True)
    with suppress(OSError):  # still holds the audio of others
        folder.rmdir()
