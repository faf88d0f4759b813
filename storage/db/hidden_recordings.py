"""Hidden recordings, whose rows are being written or deleted in steps.

Long writes block all other writers, so they are done in steps. Between the steps their rows
belong to a hidden recording; the next start deletes hidden recordings left by a crash.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator

from sqlite_utils import Database as Connection

from storage.db.errors import NotFoundError
from storage.db.schema.search_index import index_queued
from storage.db.values import new_id, now_text

# SQL condition on a column that holds the id of a recording.
IS_VISIBLE = "{column} NOT IN (SELECT recording_id FROM hidden_recordings)"

STEP_S = 0.1  # longest write lock of one step, not counting the sync to disk
_ROWS_PER_BATCH = 500
_INDEXED_PER_BATCH = 100
_PAGES_PER_MERGE = 64  # of the search index, between two checks of the time

_HIDDEN = """
CREATE TABLE hidden_recordings ( -- being deleted or being written; removed by the next start
    recording_id TEXT NOT NULL PRIMARY KEY REFERENCES recordings (id) ON DELETE CASCADE,
    hidden_at TEXT NOT NULL
) STRICT
"""
_INSERT_PURGES = (
    "INSERT OR IGNORE INTO purges (transcript_id, requested_at, reason) "
    "SELECT id, ?, 'its recording was deleted' FROM transcripts WHERE recording_id = ?"
)
# Child tables first: a table comes before those that its rows refer to.
_TABLES_OF_TRANSCRIPT = (
    *("declined_speakers", "versions", "head_moves", "growths"),
    *("utterances", "turns", "speakers", "edits"),
)

# Does part of the work inside a transaction; returns whether work remains.
Step = Callable[[Connection], bool]


def add_hidden_recordings(db: Connection) -> None:
    """Create the table `hidden_recordings`."""
    db.execute(_HIDDEN)


def hide_recording(db: Connection, recording_id: str) -> None:
    """Hide a recording and delete its metadata and voice prints; its other rows stay for now.

    People without other voice prints are deleted too.

    Raises:
        NotFoundError: if there is no such recording, or it is hidden already.
    """
    db.execute(_INSERT_PURGES, [now_text(), recording_id])
    # The random hash lets the same audio be added again before the rows are deleted.
    hidden = db.execute(
        "UPDATE recordings SET title = '', source_name = '', notes = '', language = '', "
        f"audio_sha256 = ? WHERE id = ? AND {IS_VISIBLE.format(column='id')}",
        [secrets.token_hex(32), recording_id],
    )
    if hidden.rowcount == 0:
        raise NotFoundError(f"There is no recording {recording_id!r}; it may have been deleted.")
    for table in ("recording_tags", "claims", "shares", "chosen_transcripts", "voice_prints"):
        db.execute(f"DELETE FROM {table} WHERE recording_id = ?", [recording_id])
    db.execute("DELETE FROM people WHERE id NOT IN (SELECT person_id FROM voice_prints)")
    _insert_hidden(db, recording_id)


def add_hidden_recording(db: Connection) -> str:
    """Add a hidden recording, to which rows can be added in several transactions.

    Returns:
        Its id.
    """
    recording_id = new_id()
    db.execute(
        "INSERT INTO recordings (id, title, source_name, audio_sha256, created_at) "
        "VALUES (?, '', '', ?, ?)",
        [recording_id, secrets.token_hex(32), now_text()],
    )
    _insert_hidden(db, recording_id)
    return recording_id


def hide_transcript(db: Connection, transcript_id: str) -> str:
    """Move a transcript to a new hidden recording, before its rows are deleted.

    Its run stays with the visible recording. Its voice prints, its second annotation and its choice
    as default transcript are deleted.

    Args:
        db: inside a transaction.
        transcript_id: transcript under a visible recording.

    Returns:
        The id of the hidden recording.
    """
    recording_id, run_id = add_hidden_recording(db), new_id()
    db.execute(
        "INSERT INTO pipeline_runs (id, recording_id, status, options_json, models_json, "
        "stage_seconds_json, software_version, created_at) "
        "SELECT ?, ?, 'cancelled', options_json, models_json, stage_seconds_json, "
        "software_version, pipeline_runs.created_at FROM pipeline_runs "
        "JOIN transcripts ON run_id = pipeline_runs.id WHERE transcripts.id = ?",
        [run_id, recording_id, transcript_id],
    )
    for table in ("chosen_transcripts", "voice_prints", "second_annotations"):
        db.execute(f"DELETE FROM {table} WHERE transcript_id = ?", [transcript_id])
    db.execute(
        "UPDATE transcripts SET recording_id = ?, run_id = ? WHERE id = ?",
        [recording_id, run_id, transcript_id],
    )
    return recording_id


def show_transcript(db: Connection, transcript_id: str, recording_id: str) -> None:
    """Move a transcript and its run to a visible recording and delete the hidden one.

    Args:
        db: inside a transaction.
        transcript_id: transcript under a hidden recording; the hidden recording is deleted.
        recording_id: the visible recording.
    """
    hidden_id, run_id = db.execute(
        "SELECT recording_id, run_id FROM transcripts WHERE id = ?", [transcript_id]
    ).fetchone()
    for table, row_id in (("pipeline_runs", run_id), ("transcripts", transcript_id)):
        db.execute(f"UPDATE {table} SET recording_id = ? WHERE id = ?", [recording_id, row_id])
    db.execute("DELETE FROM recordings WHERE id = ?", [hidden_id])


def list_hidden(db: Connection) -> tuple[str, ...]:
    """Return the ids of the hidden recordings."""
    found = db.execute("SELECT recording_id FROM hidden_recordings ORDER BY hidden_at")
    return tuple(recording_id for (recording_id,) in found)


def delete_hidden(db: Connection) -> None:
    """Delete all hidden recordings in the open transaction, which may block writers for long."""
    for recording_id in list_hidden(db):
        for step in removal_steps(db, recording_id):
            while step(db):
                pass


def removal_steps(db: Connection, recording_id: str) -> Iterator[Step]:
    """Yield the steps that delete a hidden recording; repeat each until it returns False.

    Args:
        db: used to list the transcripts.
        recording_id: of a hidden recording.
    """
    found = db.execute("SELECT id FROM transcripts WHERE recording_id = ?", [recording_id])
    for (transcript_id,) in found.fetchall():
        yield _head_removal(transcript_id)
        for table in _TABLES_OF_TRANSCRIPT:
            yield _row_deletion(table, transcript_id)
    yield index_step
    yield _recording_deletion(recording_id)


def index_step(db: Connection) -> bool:
    """Add queued utterances to the search index for STEP_S; return whether work remains."""
    end_s = time.monotonic() + STEP_S
    while index_queued(db.conn, _INDEXED_PER_BATCH):
        if time.monotonic() > end_s:
            return True
    return False


def search_index_steps() -> Iterator[Step]:
    """Yield the steps that remove deleted utterances from the search index."""
    yield _start_merge
    yield _continue_merge


def _insert_hidden(db: Connection, recording_id: str) -> None:
    db.execute(
        "INSERT INTO hidden_recordings (recording_id, hidden_at) VALUES (?, ?)",
        [recording_id, now_text()],
    )


def _head_removal(transcript_id: str) -> Step:
    def step(db: Connection) -> bool:
        db.execute(
            "INSERT OR IGNORE INTO purges (transcript_id, requested_at, reason) "
            "VALUES (?, ?, 'its recording was deleted')",
            [transcript_id, now_text()],
        )
        db.execute("UPDATE transcripts SET head_edit_id = NULL WHERE id = ?", [transcript_id])
        return False

    return step


def _row_deletion(table: str, transcript_id: str) -> Step:
    """Return a step that deletes a transcript's rows of one table, for STEP_S at most per call."""

    def step(db: Connection) -> bool:
        end_s = time.monotonic() + STEP_S
        found = db.execute(
            f"SELECT rowid FROM {table} WHERE transcript_id = ? ORDER BY rowid DESC LIMIT ?",
            [transcript_id, _ROWS_PER_BATCH],
        ).fetchall()
        for number, rowid in enumerate(found):
            db.execute(f"DELETE FROM {table} WHERE rowid = ?", rowid)
            if time.monotonic() > end_s:
                return number + 1 < len(found) or len(found) == _ROWS_PER_BATCH
        return len(found) == _ROWS_PER_BATCH

    return step


def _recording_deletion(recording_id: str) -> Step:
    def step(db: Connection) -> bool:
        db.execute("DELETE FROM recordings WHERE id = ?", [recording_id])
        return False

    return step


def _start_merge(db: Connection) -> bool:
    _merge(db, -_PAGES_PER_MERGE)
    return False


def _continue_merge(db: Connection) -> bool:
    end_s = time.monotonic() + STEP_S
    while is_left := _merge(db, _PAGES_PER_MERGE):
        if time.monotonic() > end_s:
            break
    return is_left


def _merge(db: Connection, num_pages: int) -> bool:
    """Merge part of the search index; return whether work remains.

    FTS5 reports fewer than two changed rows when nothing is left to merge.
    """
    before = db.conn.total_changes
    db.execute(
        "INSERT INTO utterance_search (utterance_search, rank) VALUES ('merge', ?)", [num_pages]
    )
    return db.conn.total_changes - before > 1
