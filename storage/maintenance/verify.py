"""Check of a workspace's database, edit histories, audio files and search index."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import sqlite_utils

from storage.db.blobs import PEAKS, REVIEW_AUDIO, BlobStore, sha256_of
from storage.db.connections import connect, reading_only
from storage.db.database import Connection
from storage.db.errors import BackupError, SchemaDamagedError
from storage.db.hidden_recordings import IS_VISIBLE
from storage.db.recovery.damage import damage_error, is_lost, lost_error
from storage.db.recovery.integrity import find_damage
from storage.db.schema.migrations import check_tables, pending_steps
from storage.db.schema.search_index import find_index_damage
from storage.db.sqlite_errors import SQLITE_ERRORS, storage_error
from storage.db.workspace import DATABASE_NAME, FILES_FOLDER
from storage.history.replay import verify as verify_history


def verify(workspace: Path) -> tuple[str, ...]:
    """Return the problems of a workspace's database, histories, audio and search index.

    The result is empty if there are none. The workspace may be in use.

    Raises:
        BackupError: if there is no database.
        StorageError: if it cannot be read, or belongs to another program or a newer version.
    """
    path = workspace / DATABASE_NAME
    if not path.is_file():
        raise BackupError(f"There is no database '{path}'.")
    if is_lost(path):
        raise lost_error(path)
    if path.stat().st_size == 0:
        return ("the database is empty",)
    try:
        with reading_only(path) as connection:
            connection.execute("BEGIN")  # one snapshot for all checks
            damage = find_damage(connection)
            if damage:
                return damage
            db = sqlite_utils.Database(connection, execute_plugins=False)
            blobs = BlobStore(workspace / FILES_FOLDER)
            check_tables(db)
            is_current = not pending_steps(db)
            histories = _history_problems(db) if is_current else ()
            problems = (*histories, *_audio_problems(connection, blobs))
        return (*problems, *_index_problems(path)) if is_current else problems
    except SchemaDamagedError as error:
        raise damage_error(path, str(error)) from error
    except SQLITE_ERRORS as error:
        raise storage_error(error, path) from error


def _history_problems(db: Connection) -> Iterator[str]:
    found = db.execute(
        f"SELECT id FROM transcripts WHERE {IS_VISIBLE.format(column='recording_id')}"
    )
    for (transcript_id,) in found.fetchall():
        for problem in verify_history(db, transcript_id):
            yield f"transcript {transcript_id}: {problem}"


def _index_problems(path: Path) -> tuple[str, ...]:
    with closing(connect(path)) as connection:
        return find_index_damage(connection)


def _audio_problems(connection: sqlite3.Connection, blobs: BlobStore) -> Iterator[str]:
    found = connection.execute(
        "SELECT id, review_audio_sha256 FROM recordings WHERE review_audio_sha256 IS NOT NULL"
    ).fetchall()
    for recording_id, expected in found:
        audio = blobs.path_of(recording_id, REVIEW_AUDIO)
        if not audio.is_file():
            yield f"the audio of recording {recording_id} is missing"
        elif sha256_of(audio) != expected:
            yield f"the audio of recording {recording_id} differs from what was stored"
        if not blobs.path_of(recording_id, PEAKS).is_file():
            yield f"the waveform of recording {recording_id} is missing"
