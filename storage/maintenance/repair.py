"""Rows and edits of a transcript that damage has parted are made to agree again."""

from __future__ import annotations

from storage.db.database import Connection
from storage.db.errors import StorageError
from storage.db.row_changes import ROW_TYPES, Replacement, TranscriptRows, difference
from storage.db.transcript_rows import all_rows, replace_rows
from storage.db.values import now_text
from storage.history.edit_history import begin_history
from storage.history.replay import replay

RECOVERED = "recovered"  # the kind of a first edit that takes the place of a history that is lost


def repair_histories(db: Connection) -> int:
    """Repair each transcript whose edits do not make its rows.

    Where the edits are whole, the rows become what they make. Where they are not, the history
    begins anew with the rows as they are.

    Args:
        db: inside a transaction, without checks of foreign keys.

    Returns:
        How many histories were lost.
    """
    transcript_ids = [each for (each,) in db.execute("SELECT id FROM transcripts").fetchall()]
    return sum(_loses_history(db, transcript_id) for transcript_id in transcript_ids)


def _loses_history(db: Connection, transcript_id: str) -> bool:
    current = all_rows(db, transcript_id)
    head, revision = db.execute(
        "SELECT head_edit_id, revision FROM transcripts WHERE id = ?", [transcript_id]
    ).fetchone()
    replayed = None if head is None else _replayed(db, transcript_id)
    if replayed is None or not _holds_all(replayed, current):
        _begin_anew(db, transcript_id, current)
        return True
    replace_rows(db, transcript_id, difference(current, replayed), revision=revision)
    return False


def _replayed(db: Connection, transcript_id: str) -> TranscriptRows | None:
    try:
        replayed, problems = replay(db, transcript_id)
    except (StorageError, ValueError, KeyError, TypeError):  # an edit that holds nonsense
        return None
    return None if problems else replayed


def _holds_all(replayed: TranscriptRows, current: TranscriptRows) -> bool:
    """Whether no row is there of which the edits know nothing, as when the first ones are lost."""
    return all(set(current.of(table)) <= set(replayed.of(table)) for table in ROW_TYPES)


def _begin_anew(db: Connection, transcript_id: str, everything: TranscriptRows) -> None:
    replace_rows(db, transcript_id, Replacement(everything, TranscriptRows()), revision=0)
    # The history may go only where a purge is noted.
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
