"""Queries for stored edits and for the moves of a transcript's head between them."""

from __future__ import annotations

from typing import Any

from storage.db.database import Connection
from storage.db.errors import EditRefusedError, NotFoundError
from storage.db.records import Edit, HeadMove, MoveKind
from storage.db.row_changes import Replacement, TranscriptRows, read_rows
from storage.db.values import read_time


def find_move(db: Connection, transcript_id: str, client_edit_id: str) -> HeadMove | None:
    """Return the head move of an earlier request with this client id; None if there is none.

    Raises:
        EditRefusedError: if the id was used for another transcript.
    """
    found = db.query("SELECT * FROM head_moves WHERE client_edit_id = ?", [client_edit_id])
    move = next(map(move_from_row, found), None)
    if move is not None and move.transcript_id != transcript_id:
        raise EditRefusedError(
            "This edit id belongs to another transcript; use a new one.", reason="id_elsewhere"
        )
    return move


def head_of(db: Connection, transcript_id: str) -> int:
    """Return the id of a transcript's head edit, the last one that is not undone.

    Raises:
        NotFoundError: if there is no such transcript.
    """
    found = db.execute(
        "SELECT head_edit_id FROM transcripts WHERE id = ?", [transcript_id]
    ).fetchone()
    if found is None:
        raise NotFoundError(
            f"There is no transcript {transcript_id!r}; its recording may have been deleted."
        )
    head: int = found[0]
    return head


def root_of(db: Connection, transcript_id: str) -> int:
    """Return the id of a transcript's root edit, which created it.

    Raises:
        NotFoundError: if there is no such transcript.
    """
    head_of(db, transcript_id)
    found = db.execute(
        "SELECT id FROM edits WHERE transcript_id = ? AND parent_id IS NULL", [transcript_id]
    ).fetchone()
    root: int = found[0]
    return root


def redo_of(db: Connection, edit_id: int) -> int | None:
    """Return the id of the edit that redo applies if `edit_id` is the head; None if none is."""
    (edit,) = db.execute(
        "SELECT ifnull((SELECT redo_edit_id FROM head_moves WHERE head_edit_id = :head "
        "AND redo_edit_id IS NOT NULL ORDER BY id DESC LIMIT 1), "
        "(SELECT max(id) FROM edits WHERE parent_id = :head))",
        {"head": edit_id},
    ).fetchone()
    found: int | None = edit
    return found


def get_edit(db: Connection, edit_id: int) -> Edit:
    """Return an edit without its rows.

    Raises:
        NotFoundError: if there is no such edit.
    """
    found = db.query(
        "SELECT id, transcript_id, parent_id, kind, author, created_at, comment FROM edits "
        "WHERE id = ?",
        [edit_id],
    )
    edit = next(map(edit_from_row, found), None)
    if edit is None:
        raise no_such_edit(edit_id)
    return edit


def replacement_of(db: Connection, edit_id: int) -> Replacement:
    """Return the rows that an edit changed, before and after it.

    Raises:
        NotFoundError: if there is no such edit.
    """
    # One after the other: of a large edit each text takes tens of MB.
    return Replacement(
        _stored_rows(db, edit_id, "before_json"), _stored_rows(db, edit_id, "after_json")
    )


def _stored_rows(db: Connection, edit_id: int, column: str) -> TranscriptRows:
    found = db.execute(f"SELECT {column} FROM edits WHERE id = ?", [edit_id]).fetchone()
    if found is None:
        raise no_such_edit(edit_id)
    return read_rows(found[0])


def edit_from_row(row: dict[str, Any]) -> Edit:  # Any: column values
    """Convert a row of the table `edits` to an edit."""
    return Edit(
        edit_id=row["id"],
        transcript_id=row["transcript_id"],
        parent_id=row["parent_id"],
        kind=row["kind"],
        author=row["author"],
        created_at=read_time(row["created_at"]),
        comment=row["comment"],
    )


def parent_of(db: Connection, edit_id: int) -> int | None:
    """Return the id of an edit's parent; None for the root edit."""
    (parent,) = db.execute("SELECT parent_id FROM edits WHERE id = ?", [edit_id]).fetchone()
    found: int | None = parent
    return found


def no_such_edit(edit_id: int) -> NotFoundError:
    """Return the error for a missing edit."""
    return NotFoundError(f"The transcript has no edit {edit_id}.")


def line_to_head(db: Connection, transcript_id: str) -> tuple[int, ...]:
    """Return the ids of a transcript's edits from its root to its head, without undone edits.

    Raises:
        NotFoundError: if there is no such transcript.
    """
    line: list[int] = []
    edit_id: int | None = head_of(db, transcript_id)
    while edit_id is not None:
        line.append(edit_id)
        edit_id = parent_of(db, edit_id)
    return tuple(reversed(line))


def move_from_row(row: dict[str, Any]) -> HeadMove:  # Any: column values
    """Convert a row of the table `head_moves` to a head move."""
    return HeadMove(
        revision=row["id"],
        transcript_id=row["transcript_id"],
        kind=MoveKind(row["kind"]),
        head_edit_id=row["head_edit_id"],
        author=row["author"],
        created_at=read_time(row["created_at"]),
    )
