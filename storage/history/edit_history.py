"""Application, undo and redo of edits of a transcript, and return to an earlier edit.

The rows of a transcript are the result of its edits from the root to the head and of its live
steps (`live_log.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from storage.db.database import Connection
from storage.db.errors import EditRefusedError, StaleEditError
from storage.db.hidden_recordings import Step
from storage.db.records import HeadMove, MoveKind
from storage.db.row_changes import (
    ROW_TYPES,
    Conflict,
    PreparedReplacement,
    Replacement,
    TranscriptRows,
    combined,
)
from storage.db.transcript_rows import batches, insertion_steps, replace_rows, rows_by_id
from storage.db.values import now_text
from storage.history.stored_edits import (
    get_edit,
    head_of,
    move_from_row,
    no_such_edit,
    parent_of,
    redo_of,
    replacement_of,
)

MACHINE = "machine"  # the author of root edits and live steps
MAX_AUTHOR_CHARACTERS = 500  # limit of each text of an EditAuthor


@dataclass(frozen=True, slots=True)
class EditAuthor:
    """Author and comment of an edit, and the id that the client gave to it.

    Attributes:
        author: display name.
        client_edit_id: unique id of the request for idempotency; see `stored_edits.find_move`.
        comment: reason or origin; "" for none.
    """

    author: str
    client_edit_id: str | None = None
    comment: str = ""

    def __post_init__(self) -> None:
        for text in (self.author, self.client_edit_id or "", self.comment):
            if len(text) > MAX_AUTHOR_CHARACTERS:
                raise EditRefusedError(
                    f"A name, an id or a note has {len(text)} characters; the limit is "
                    f"{MAX_AUTHOR_CHARACTERS}. Shorten it.",
                    reason="signature_too_long",
                    count=str(len(text)),
                    limit=str(MAX_AUTHOR_CHARACTERS),
                )


def begin_history(
    db: Connection,
    transcript_id: str,
    everything: TranscriptRows,
    *,
    kind: str = MACHINE,
    author: EditAuthor | None = None,
) -> HeadMove:
    """Write the root edit of a new transcript and all its rows.

    Args:
        db: inside a transaction.
        transcript_id: a transcript without rows.
        everything: all its rows.
        kind: kind of the root edit.
        author: None for the machine.
    """
    author = author or EditAuthor(MACHINE)
    change = Replacement(TranscriptRows(), everything)
    edit_id = _insert_edit(db, transcript_id, change, parent_id=None, kind=kind, author=author)
    return move_head(db, transcript_id, change, head=edit_id, kind=MoveKind.EDIT, author=author)


def begin_history_in_steps(
    db: Connection,
    transcript_id: str,
    change: PreparedReplacement,
    *,
    kind: str,
    author: EditAuthor,
) -> Iterator[Step]:
    """Write the root edit of a new transcript and return the steps that write its rows.

    Args:
        db: inside a transaction.
        transcript_id: a transcript without rows.
        change: the insertion of all its rows.
        kind: kind of the root edit.
        author: author of the root edit.

    Returns:
        The steps that write the rows.
    """
    edit_id = _insert_edit(db, transcript_id, change, parent_id=None, kind=kind, author=author)
    move = _insert_move(db, transcript_id, change, head=edit_id, kind=MoveKind.EDIT, author=author)
    return insertion_steps(transcript_id, change, revision=move.revision)


def apply(
    db: Connection,
    transcript_id: str,
    change: Replacement,
    *,
    kind: str,
    author: EditAuthor,
) -> HeadMove:
    """Apply a change of rows to a transcript as a new edit, which becomes its head.

    Args:
        db: inside a transaction.
        transcript_id: the transcript.
        change: the rows to replace and their replacement.
        kind: kind of the edit.
        author: author of the edit.

    Raises:
        NotFoundError: if there is no such transcript.
        StaleEditError: if the current rows differ from `change.before`.
    """
    edit_id = _insert_edit(
        db,
        transcript_id,
        change,
        parent_id=head_of(db, transcript_id),
        kind=kind,
        author=author,
    )
    return move_head(
        db,
        transcript_id,
        change,
        head=edit_id,
        kind=MoveKind.EDIT,
        author=author,
    )


@dataclass(frozen=True, slots=True)
class PlannedMove:
    """Planned move of a transcript's head to another edit.

    Attributes:
        change: the rows to replace and their replacement.
        head: the edit that becomes the head.
        kind: kind of the move.
        redo: the edit that a redo would apply after the move.
    """

    change: Replacement
    head: int
    kind: MoveKind
    redo: int | None = None


def plan_undo(db: Connection, transcript_id: str) -> PlannedMove:
    """Plan to undo the head edit of a transcript, regardless of its author.

    Raises:
        NotFoundError: if there is no such transcript.
        EditRefusedError: if the head is the root edit.
    """
    head = head_of(db, transcript_id)
    parent = parent_of(db, head)
    if parent is None:
        raise EditRefusedError("There is nothing to undo.", reason="nothing_to_undo")
    return PlannedMove(replacement_of(db, head).inverted(), parent, MoveKind.UNDO, redo=head)


def plan_redo(db: Connection, transcript_id: str) -> PlannedMove:
    """Plan to redo the edit of a transcript that was undone last.

    Raises:
        NotFoundError: if there is no such transcript.
        EditRefusedError: if no edit was undone at the current head.
    """
    edit_id = redo_of(db, head_of(db, transcript_id))
    if edit_id is None:
        raise EditRefusedError("There is nothing to redo.", reason="nothing_to_redo")
    return PlannedMove(replacement_of(db, edit_id), edit_id, MoveKind.REDO)


def plan_return(db: Connection, transcript_id: str, edit_id: int) -> PlannedMove:
    """Plan to return a transcript to the state after any of its edits; later edits stay.

    Raises:
        NotFoundError: if there is no such transcript, or no such edit of it.
        EditRefusedError: if that edit is the head already.
    """
    head = head_of(db, transcript_id)
    if get_edit(db, edit_id).transcript_id != transcript_id:
        raise no_such_edit(edit_id)
    if edit_id == head:
        raise EditRefusedError("The transcript is already in that state.", reason="already_so")
    back, forth = _path(db, head, edit_id)
    steps = [replacement_of(db, each).inverted() for each in back]
    steps += [replacement_of(db, each) for each in forth]
    redo = back[-1] if back and not forth else None
    return PlannedMove(combined(steps), edit_id, MoveKind.RETURN, redo)


def checked_move(
    db: Connection, transcript_id: str, planned: PlannedMove, revision: int
) -> PlannedMove:
    """Check a planned move, and return it prepared for a given revision of the transcript.

    While the transcript has that revision, `make_move` compares no rows again.

    Raises:
        StaleEditError: if the current rows differ from those that the move replaces.
    """
    _check_current(db, transcript_id, planned.change)
    return replace(planned, change=planned.change.prepared(revision))


def make_move(
    db: Connection, transcript_id: str, planned: PlannedMove, *, author: EditAuthor
) -> HeadMove:
    """Apply a planned move of a transcript's head, inside a transaction.

    Raises:
        StaleEditError: if the current rows differ from those that the move replaces.
    """
    return move_head(
        db,
        transcript_id,
        planned.change,
        head=planned.head,
        redo=planned.redo,
        kind=planned.kind,
        author=author,
    )


def _check_unused(db: Connection, client_edit_id: str | None) -> None:
    """Raise EditRefusedError if an edit of any transcript already has this client id."""
    if next(db.query("SELECT 1 FROM edits WHERE client_edit_id = ?", [client_edit_id]), None):
        raise EditRefusedError(
            "This edit id belongs to another transcript; use a new one.", reason="id_elsewhere"
        )


def _insert_edit(
    db: Connection,
    transcript_id: str,
    change: Replacement,
    *,
    parent_id: int | None,
    kind: str,
    author: EditAuthor,
) -> int:
    _check_unused(db, author.client_edit_id)
    edit_id = db.execute(
        "INSERT INTO edits (transcript_id, parent_id, kind, before_json, after_json, author, "
        "client_edit_id, comment, created_at) "
        "VALUES (?, ?, ?, CAST(? AS TEXT), CAST(? AS TEXT), ?, ?, ?, ?)",
        [
            *(transcript_id, parent_id, kind),
            *change.written(),
            *(author.author, author.client_edit_id, author.comment, now_text()),
        ],
    ).lastrowid
    assert edit_id is not None  # an INSERT sets it
    if parent_id is not None:
        for ids in batches(sorted(change.ids("utterances"))):  # as both indexes are sorted
            marks = ", ".join(f"({edit_id:d}, ?)" for _ in ids)
            db.execute(f"INSERT INTO edited_utterances (edit_id, utterance_id) VALUES {marks}", ids)
    return edit_id


def move_head(
    db: Connection,
    transcript_id: str,
    change: Replacement,
    *,
    head: int,
    kind: MoveKind,
    author: EditAuthor,
    redo: int | None = None,
) -> HeadMove:
    """Replace rows of a transcript and move its head to another edit.

    Raises:
        StaleEditError: if the current rows differ from `change.before`.
    """
    _check_current(db, transcript_id, change)
    move = _insert_move(db, transcript_id, change, head=head, kind=kind, author=author, redo=redo)
    replace_rows(db, transcript_id, change, revision=move.revision)
    return move


def _insert_move(
    db: Connection,
    transcript_id: str,
    change: Replacement,
    *,
    head: int,
    kind: MoveKind,
    author: EditAuthor,
    redo: int | None = None,
) -> HeadMove:
    revision = db.execute(
        "INSERT INTO head_moves (transcript_id, kind, head_edit_id, redo_edit_id, removed_json, "
        "author, client_edit_id, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(transcript_id, kind.value, head, redo, json.dumps(change.removed())),
            *(author.author, author.client_edit_id, now_text()),
        ],
    ).lastrowid
    assert revision is not None  # an INSERT sets it
    db.execute(
        "UPDATE transcripts SET head_edit_id = ?, revision = ? WHERE id = ?",
        [head, revision, transcript_id],
    )
    (row,) = db.query("SELECT * FROM head_moves WHERE id = ?", [revision])
    return move_from_row(row)


def _check_current(db: Connection, transcript_id: str, change: Replacement) -> None:
    if isinstance(change, PreparedReplacement) and change.revision == _revision(db, transcript_id):
        return
    touched = {table: change.ids(table) for table in ROW_TYPES}
    current = rows_by_id(db, transcript_id, touched)
    conflicts = tuple(
        Conflict(table, row_id, found.get(row_id), wanted.get(row_id))
        for table, ids in touched.items()
        for found, expected, wanted in [
            (current.of(table), change.before.of(table), change.after.of(table))
        ]
        for row_id in ids
        if found.get(row_id) != expected.get(row_id)
    )
    if conflicts:
        raise StaleEditError(
            "Someone else has changed this in the meantime. Check their version, then try again.",
            conflicts,
            reason="changed",
        )


def _revision(db: Connection, transcript_id: str) -> int:
    (revision,) = db.execute(
        "SELECT revision FROM transcripts WHERE id = ?", [transcript_id]
    ).fetchone()
    found: int = revision
    return found


def _path(db: Connection, start: int, goal: int) -> tuple[list[int], list[int]]:
    """Return the edits to undo and then those to redo to move the head from `start` to `goal`."""
    back: list[int] = []
    forth: list[int] = []
    while start != goal:  # an edit has a larger id than its parent
        younger = max(start, goal)
        parent = parent_of(db, younger)
        assert parent is not None  # only the root has no parent, and it is never the younger one
        if younger == start:
            back.append(start)
            start = parent
        else:
            forth.append(goal)
            goal = parent
    return back, forth[::-1]
