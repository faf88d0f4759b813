"""Repair of transcripts whose rows and edits do not match after damage."""

from __future__ import annotations

from storage.db.database import Connection
from storage.db.errors import StorageError
from storage.db.row_changes import ROW_TYPES, Replacement, TranscriptRows, difference
from storage.db.transcript_rows import all_rows, replace_rows
from storage.db.values import now_text
from storage.history.edit_history import begin_history
from storage.history.replay import replay

RECOVERED = "recovered"  # kind of the root edit that replaces a lost history


def repair_histories(db: Connection) -> int:
    """Repair each transcript whose rows differ from the replay of its edits.

    If all edits are readable, the rows are replaced by the replay. If not, the history is replaced
    by a root edit with the current rows.

    Args:
        db: inside a transaction, without checks of foreign keys.

    Returns:
        Number of lost histories.
    """
    transcript_ids = [each for (each,) in db.execute("SELECT id FROM transcripts").fetchall()]
    return sum(_repair_history(db, transcript_id) for transcript_id in transcript_ids)


def _repair_history(db: Connection, transcript_id: str) -> bool:
    current = all_rows(db, transcript_id)
    head, revision = db.execute(
        "SELECT head_edit_id, revision FROM transcripts WHERE id = ?", [transcript_id]
    ).fetchone()
    replayed = None if head is None else _replayed(db, transcript_id)
    if replayed is None or not _has_all_rows(replayed, current):
        _restart_history(db, transcript_id, current)
        return True
    replace_rows(db, transcript_id, difference(current, replayed), revision=revision)
    return False


def _replayed(db: Connection, transcript_id: str) -> TranscriptRows | None:
    try:
        replayed, problems = replay(db, transcript_id)
    except (StorageError, ValueError, KeyError, TypeError):  # an edit with invalid contents
        return None
    return replayed if not problems and _has_all_speakers(replayed) else None


def _has_all_speakers(rows: TranscriptRows) -> bool:
    """Return whether every speaker id in a row exists; damage may change an id in an edit."""
    speakers = {each.id for each in rows.speakers}
    named = {each.speaker_id for each in rows.utterances} | {each.speaker_id for each in rows.turns}
    return named - {None} <= speakers


def _has_all_rows(replayed: TranscriptRows, current: TranscriptRows) -> bool:
    """Return whether the replay contains the ids of all current rows; False if edits are lost."""
    return all(set(current.of(table)) <= set(replayed.of(table)) for table in ROW_TYPES)


def _restart_history(db: Connection, transcript_id: str, everything: TranscriptRows) -> None:
    replace_rows(db, transcript_id, Replacement(everything, TranscriptRows()), revision=0)
    # A trigger allows deletion from the history only for transcripts in `purges`.
    db.execute(
        "INSERT INTO purges (transcript_id, requested_at, reason) VALUES (?, ?, 'unreadable')",
        [transcript_id, now_text()],
    )
    db.execute(
        "DELETE FROM edited_utterances WHERE edit_id IN (SELECT id FROM edits "
        "WHERE transcript_id = ?)",
        [transcript_id],
    )
    for table in ("versions", "head_moves", "growths", "edits"):
        db.execute(f"DELETE FROM {table} WHERE transcript_id = ?", [transcript_id])
    db.execute("DELETE FROM purges WHERE transcript_id = ?", [transcript_id])
    db.execute("UPDATE transcripts SET head_edit_id = NULL WHERE id = ?", [transcript_id])
    begin_history(db, transcript_id, everything, kind=RECOVERED)
