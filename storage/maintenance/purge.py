"""Permanent deletion of recordings from the database, the backups, learnt models and files."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

from storage.db.blobs import BlobStore
from storage.db.connections import connect
from storage.db.database import Database
from storage.db.hidden_recordings import (
    hide_recording,
    list_hidden,
    removal_steps,
    search_index_steps,
)
from storage.db.recovery.backups import list_backups
from storage.db.schema.search_index import has_search_index, optimize_index
from storage.db.values import now_text
from storage.db.workspace import DATABASE_NAME, FILES_FOLDER
from storage.library.language_model_files import delete_models_of
from storage.library.people import delete_person
from storage.maintenance.swap import set_aside_folders

_log = logging.getLogger(__name__)


def delete_recording(database: Database, blobs: BlobStore, recording_id: str) -> None:
    """Delete a recording, its transcripts and its audio permanently.

    It is deleted from the backups of the workspace too. Language models with its words are deleted;
    the next transcription that needs one learns a new one. Databases that were set aside are
    deleted as a whole, because single recordings cannot be deleted from a damaged database.

    Raises:
        NotFoundError: if there is no such recording.
        FilesInUseError: if another program holds its audio open; its rows are deleted then.
    """
    with database.transaction() as db:
        hide_recording(db, recording_id)
    _finish_removal(database, blobs, recording_id)


def forget_person(database: Database, person_id: str) -> None:
    """Delete a person and all voice prints permanently, from the backups too.

    Raises:
        NotFoundError: if there is no such person.
    """
    with database.transaction() as db:
        delete_person(db, person_id)
    _truncate_log(database)
    for backup in list_backups(database.path):
        _change_backup(backup.path, partial(_delete_person_row, person_id=person_id))


def finish_removals(database: Database, blobs: BlobStore) -> None:
    """Delete hidden recordings, which remain after a crash during a deletion or an import.

    Raises:
        FilesInUseError: if another program holds audio of one open; its rows are deleted then.
    """
    with database.reading() as db:
        hidden = list_hidden(db)
    for recording_id in hidden:
        _finish_removal(database, blobs, recording_id)


def _finish_removal(database: Database, blobs: BlobStore, recording_id: str) -> None:
    remove_hidden_rows(database, recording_id)
    database.in_steps(search_index_steps())
    _truncate_log(database)
    for backup in list_backups(database.path):
        _change_backup(backup.path, partial(_delete, recording_id=recording_id))
    for folder in set_aside_folders(database.path.parent):
        _delete_set_aside(folder, recording_id)
    delete_models_of(database.path.parent, recording_id)
    blobs.delete_all(recording_id)


def remove_hidden_rows(database: Database, recording_id: str) -> None:
    """Delete the rows of a hidden recording in several short transactions."""
    with database.reading() as db:
        steps = tuple(removal_steps(db, recording_id))
    database.in_steps(steps)


def _truncate_log(database: Database) -> None:
    if not database.truncate_wal():
        _log.warning(
            "another program reads the database; the write-ahead log is truncated when it stops"
        )


def _change_backup(backup: Path, change: Callable[[sqlite3.Connection], None]) -> None:
    """Delete rows from a backup of any version; delete the whole backup if that fails."""
    try:
        with closing(connect(backup, journal_mode="DELETE")) as connection:
            connection.execute("BEGIN IMMEDIATE")
            change(connection)
            connection.execute("COMMIT")
    except sqlite3.Error:
        _log.warning("a backup was deleted, because rows could not be deleted from it")
        backup.unlink(missing_ok=True)


def _delete_person_row(connection: sqlite3.Connection, *, person_id: str) -> None:
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'people'").fetchone():
        connection.execute("DELETE FROM people WHERE id = ?", [person_id])


def _delete(connection: sqlite3.Connection, *, recording_id: str) -> None:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    if "purges" in tables:  # a trigger allows deletion from the history only with this row
        connection.execute(
            "INSERT OR IGNORE INTO purges (transcript_id, requested_at, reason) "
            "SELECT id, ?, 'its recording was deleted' FROM transcripts WHERE recording_id = ?",
            [now_text(), recording_id],
        )
    connection.execute("DELETE FROM recordings WHERE id = ?", [recording_id])
    if has_search_index(connection):
        optimize_index(connection)


def _delete_set_aside(folder: Path, recording_id: str) -> None:
    for database in folder.glob(f"{DATABASE_NAME}*"):
        _log.warning(
            "a database that was set aside is deleted, because it may contain deleted text"
        )
        database.unlink(missing_ok=True)
    shutil.rmtree(folder / FILES_FOLDER / recording_id, ignore_errors=True)
    with suppress(OSError):  # not empty: audio of other recordings
        folder.rmdir()
