"""The history of a transcript: edits made, taken back, done again, returned to.

The rows of a transcript are what its edits, from the first to the head, make of it, together with
what the machine has added meanwhile (`growing.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

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
    joined,
)
from storage.db.transcript_rows import insertion_steps, replace_rows, rows_by_id
from storage.db.values import now_text
from storage.history.edit_log import (
    get_edit,
    head_of,
    move_from_row,
    no_such_edit,
    parent_of,
    redo_of,
    replacement_of,
)

MACHINE = "machine"  # the author of a transcript that nobody has touched
MAX_SIGNATURE_CHARACTERS = 500  # of each of its parts


@dataclass(frozen=True, slots=True)
class EditAuthor:
    """Who does something to a transcript.

    Attributes:
        author: the name to be shown.
        client_edit_id: unlike that of any other action; see `edit_log.find_move`.
        comment: why, or from where; "" where nobody says.
    """

    author: str
    client_edit_id: str | None = None
    comment: str = ""

    def __post_init__(self) -> None:
        for text in (self.author, self.client_edit_id or "", self.comment):
            if len(text) > MAX_SIGNATURE_CHARACTERS:
                raise EditRefusedError(
                    f"A name, an id or a note has {len(text)} characters; the limit is "
                    f"{MAX_SIGNATURE_CHARACTERS}. Shorten it.",
                    reason="signature_too_long",
                    count=str(len(text)),
                    limit=str(MAX_SIGNATURE_CHARACTERS),
                )


def begin_history(
    db: Connection,
    transcript_id: str,
    everything: TranscriptRows,
    *,
    kind: str = MACHINE,
    signature: EditAuthor | None = None,
) -> HeadMove:
    """Give a new transcript its contents, as the edit that is never taken back.

    Args:
        db: inside a transaction.
        transcript_id: a transcript without contents.
        everything: what it consists of.
        kind: how it came to be.
        signature: who made it, if not the machine.
    """
    signature = signature or EditAuthor(MACHINE)
    change = Replacement(TranscriptRows(), everything)
    edit_id = _insert_edit(
        db, transcript_id, change, parent_id=None, kind=kind, signature=signature
    )
    return move_head(
        db, transcript_id, change, head=edit_id, kind=MoveKind.EDIT, signature=signature
    )


def begin_history_in_steps(
    db: Connection,
    transcript_id: str,
    change: PreparedReplacement,
    *,
    kind: str,
    signature: EditAuthor,
) -> Iterator[Step]:
    """Begin the history of a transcript that nobody sees until its rows are written, too.

    Args:
        db: inside a transaction.
        transcript_id: a transcript without contents.
        change: from nothing to what it consists of.
        kind: how it came to be.
        signature: who made it.

    Returns:
        The steps that write the rows.
    """
    edit_id = _insert_edit(
        db, transcript_id, change, parent_id=None, kind=kind, signature=signature
    )
    move = _note_move(
        db, transcript_id, change, head=edit_id, kind=MoveKind.EDIT, signature=signature
    )
    return insertion_steps(transcript_id, change.after, revision=move.revision)


def apply(
    db: Connection,
    transcript_id: str,
    change: Replacement,
    *,
    kind: str,
    signature: EditAuthor,
) -> HeadMove:
    """Make an edit upon the head of a transcript.

    Args:
        db: inside a transaction.
        transcript_id: of what.
        change: the rows that must be there, and what becomes of them.
        kind: what is done.
        signature: by whom.

    Raises:
        NotFoundError: if there is no such transcript.
        StaleEditError: if the rows are not those that the change replaces.
    """
    edit_id = _insert_edit(
        db,
        transcript_id,
        change,
        parent_id=head_of(db, transcript_id),
        kind=kind,
        signature=signature,
    )
    return move_head(
        db,
        transcript_id,
        change,
        head=edit_id,
        kind=MoveKind.EDIT,
        signature=signature,
    )


def undo(db: Connection, transcript_id: str, *, signature: EditAuthor) -> HeadMove:
    """Take back the edit that the transcript stands at, whoever made it.

    Raises:
        NotFoundError: if there is no such transcript.
        EditRefusedError: if it stands as it was made.
    """
    head = head_of(db, transcript_id)
    parent = parent_of(db, head)
    if parent is None:
        raise EditRefusedError("There is nothing to undo.", reason="nothing_to_undo")
    return move_head(
        db,
        transcript_id,
        replacement_of(db, head).inverted(),
        head=parent,
        redo=head,
        kind=MoveKind.UNDO,
        signature=signature,
    )


def redo(db: Connection, transcript_id: str, *, signature: EditAuthor) -> HeadMove:
    """Do again what was taken back last.

    Raises:
        NotFoundError: if there is no such transcript.
        EditRefusedError: if nothing was taken back here.
    """
    edit_id = redo_of(db, head_of(db, transcript_id))
    if edit_id is None:
        raise EditRefusedError("There is nothing to redo.", reason="nothing_to_redo")
    return move_head(
        db,
        transcript_id,
        replacement_of(db, edit_id),
        head=edit_id,
        kind=MoveKind.REDO,
        signature=signature,
    )


def return_to(
    db: Connection,
    transcript_id: str,
    edit_id: int,
    *,
    signature: EditAuthor,
) -> HeadMove:
    """Bring a transcript to the state after any of its edits; nothing that came later is lost.

    Raises:
        NotFoundError: if there is no such transcript, or no such edit of it.
        EditRefusedError: if it stands there already.
    """
    head = head_of(db, transcript_id)
    if get_edit(db, edit_id).transcript_id != transcript_id:
        raise no_such_edit(edit_id)
    if edit_id == head:
        raise EditRefusedError("The transcript is already in that state.", reason="already_so")
    back, forth = _way(db, head, edit_id)
    steps = [replacement_of(db, each).inverted() for each in back]
    steps += [replacement_of(db, each) for each in forth]
    return move_head(
        db,
        transcript_id,
        joined(steps),
        head=edit_id,
        redo=back[-1] if back and not forth else None,
        kind=MoveKind.RETURN,
        signature=signature,
    )


def _insert_edit(
    db: Connection,
    transcript_id: str,
    change: Replacement,
    *,
    parent_id: int | None,
    kind: str,
    signature: EditAuthor,
) -> int:
    edit_id = db.execute(
        "INSERT INTO edits (transcript_id, parent_id, kind, before_json, after_json, author, "
        "client_edit_id, comment, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(transcript_id, parent_id, kind),
            *change.written(),
            *(signature.author, signature.client_edit_id, signature.comment, now_text()),
        ],
    ).lastrowid
    assert edit_id is not None  # an INSERT has one
    if parent_id is not None:
        db.conn.executemany(
            "INSERT INTO edited_utterances (edit_id, utterance_id) VALUES (?, ?)",
            [(edit_id, utterance_id) for utterance_id in change.ids("utterances")],
        )
    return edit_id


def move_head(
    db: Connection,
    transcript_id: str,
    change: Replacement,
    *,
    head: int,
    kind: MoveKind,
    signature: EditAuthor,
    redo: int | None = None,
) -> HeadMove:
    """Replace rows and point the head to the edit that they now are the result of.

    Raises:
        StaleEditError: if the rows are not those that the change replaces.
    """
    _check_current(db, transcript_id, change)
    move = _note_move(
        db, transcript_id, change, head=head, kind=kind, signature=signature, redo=redo
    )
    replace_rows(db, transcript_id, change, revision=move.revision)
    return move


def _note_move(
    db: Connection,
    transcript_id: str,
    change: Replacement,
    *,
    head: int,
    kind: MoveKind,
    signature: EditAuthor,
    redo: int | None = None,
) -> HeadMove:
    revision = db.execute(
        "INSERT INTO head_moves (transcript_id, kind, head_edit_id, redo_edit_id, removed_json, "
        "author, client_edit_id, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(transcript_id, kind.value, head, redo, json.dumps(change.removed())),
            *(signature.author, signature.client_edit_id, now_text()),
        ],
    ).lastrowid
    assert revision is not None  # an INSERT has one
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
        Conflict(table, row_id, is_there.get(row_id), wanted.get(row_id))
        for table, ids in touched.items()
        for is_there, must_be, wanted in [
            (current.of(table), change.before.of(table), change.after.of(table))
        ]
        for row_id in ids
        if is_there.get(row_id) != must_be.get(row_id)
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


def _way(db: Connection, start: int, goal: int) -> tuple[list[int], list[int]]:
    """The edits to take back, in order, and those to make again, in order."""
    back: list[int] = []
    forth: list[int] = []
    while start != goal:  # an edit is younger than the one it was made upon
        younger = max(start, goal)
        parent = parent_of(db, younger)
        assert parent is not None  # all edits of a transcript go back to its first
        if younger == start:
            back.append(start)
            start = parent
        else:
            forth.append(goal)
            goal = parent
    return back, forth[::-1]
