"""What a person asks for becomes one edit, once, and only upon what the person has seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from storage.db.database import Connection
from storage.db.errors import EditRefusedError, StaleEditError
from storage.db.records import HeadMove, MoveKind, TranscriptRecord
from storage.db.row_changes import Conflict, Replacement, TranscriptRows, difference
from storage.db.transcript_rows import rows_by_id, rows_changed_since, rows_where
from storage.db.values import new_id
from storage.edits.request import EditContext, EditRequest, Scope, in_time
from storage.history.edit_history import EditAuthor, apply, redo, return_to, undo
from storage.history.edit_log import find_move
from storage.transcripts.transcripts import get_transcript

_CHANGED_MEANWHILE = (
    "Someone else has changed this in the meantime. Check their version, then try again."
)


def edit(
    db: Connection,
    transcript_id: str,
    request: EditRequest,
    *,
    signature: EditAuthor,
    base_revision: int | None = None,
) -> HeadMove | None:
    """Do what a person asks for; asked again under the same id, nothing is done twice.

    Args:
        db: inside a transaction.
        transcript_id: of what.
        request: what to do.
        signature: who asks.
        base_revision: what the person has seen of the transcript; None to do it whatever
            others have done meanwhile.

    Returns:
        The step that the transcript made, now or when it was asked for first; None where all is
        as asked for already.

    Raises:
        NotFoundError: if there is no such transcript.
        EditRefusedError: if it cannot be done.
        StaleEditError: if somebody has changed meanwhile what it is about.
    """
    done = _done_before(db, transcript_id, signature)
    if done is not None:
        return done
    change = _planned(db, transcript_id, request, signature.author, base_revision)
    if change.changes_nothing:
        return None
    return apply(db, transcript_id, change, kind=request.kind, signature=signature)


def undo_last(
    db: Connection, transcript_id: str, *, signature: EditAuthor, base_revision: int | None = None
) -> HeadMove:
    """Take back the transcript's last edit, whoever made it, if it is the last one seen.

    Raises:
        NotFoundError: if there is no such transcript.
        EditRefusedError: if it stands as it was made.
        StaleEditError: if somebody has changed it meanwhile.
    """
    return _step(db, transcript_id, undo, signature, base_revision)


def redo_last(
    db: Connection, transcript_id: str, *, signature: EditAuthor, base_revision: int | None = None
) -> HeadMove:
    """Do again what was taken back last.

    Raises:
        NotFoundError: if there is no such transcript.
        EditRefusedError: if nothing was taken back.
        StaleEditError: if somebody has changed it meanwhile.
    """
    return _step(db, transcript_id, redo, signature, base_revision)


def return_to_edit(
    db: Connection,
    transcript_id: str,
    edit_id: int,
    *,
    signature: EditAuthor,
    base_revision: int | None = None,
) -> HeadMove:
    """Bring a transcript to the state after one of its edits.

    Raises:
        NotFoundError: if there is no such transcript, or no such edit of it.
        EditRefusedError: if it stands there already.
        StaleEditError: if somebody has changed it meanwhile.
    """

    def step(db: Connection, transcript_id: str, *, signature: EditAuthor) -> HeadMove:
        return return_to(db, transcript_id, edit_id, signature=signature)

    return _step(db, transcript_id, step, signature, base_revision)


def _step(
    db: Connection,
    transcript_id: str,
    step: Callable[..., HeadMove],
    signature: EditAuthor,
    base_revision: int | None,
) -> HeadMove:
    done = _done_before(db, transcript_id, signature)
    if done is not None:
        return done
    record = get_transcript(db, transcript_id)
    _check_known(record, base_revision)
    if base_revision is not None and _last_step(db, transcript_id) > base_revision:
        raise StaleEditError(
            "Someone else has edited the transcript in the meantime. Check their changes, "
            "then choose again.",
            reason="edited_meanwhile",
        )
    return step(db, transcript_id, signature=signature)


def _last_step(db: Connection, transcript_id: str) -> int:
    """The revision after the last thing that somebody did; what the machine adds is in no way."""
    (revision,) = db.execute(
        "SELECT ifnull(max(id), 0) FROM head_moves WHERE transcript_id = ? AND kind != ?",
        [transcript_id, MoveKind.GROWTH.value],
    ).fetchone()
    found: int = revision
    return found


def _check_known(record: TranscriptRecord, base_revision: int | None) -> None:
    """Whoever has seen what is yet to come looks at another database: a backup was put back."""
    if base_revision is not None and base_revision > record.revision:
        raise StaleEditError(
            "The transcript on the server is older than the one you see: a backup was "
            "restored. Reload the page.",
            reason="older_transcript",
        )


def _done_before(db: Connection, transcript_id: str, signature: EditAuthor) -> HeadMove | None:
    if signature.client_edit_id is None:
        return None
    return find_move(db, transcript_id, signature.client_edit_id)


def _planned(
    db: Connection,
    transcript_id: str,
    request: EditRequest,
    author: str,
    base_revision: int | None,
) -> Replacement:
    record = get_transcript(db, transcript_id)
    _check_known(record, base_revision)
    scope = request.scope
    current = _rows_in(db, transcript_id, scope)
    situation = EditContext(
        current=current,
        duration_ms=record.duration_ms,
        author=author,
        new_id=new_id,
    )
    stale = [] if base_revision is None else _stale(db, transcript_id, scope, base_revision)
    if stale:
        raise StaleEditError(
            _CHANGED_MEANWHILE, _conflicts(stale, situation, request), reason="changed"
        )
    return difference(current, request.planned(situation))


def _rows_in(db: Connection, transcript_id: str, scope: Scope) -> TranscriptRows:
    """All speakers, and what a scope asks for; the time grows with what there is of that."""
    found = [
        rows_where(db, "speakers", "transcript_id = ?", [transcript_id]),
        rows_by_id(db, transcript_id, {"utterances": scope.utterance_ids}),
    ]
    for speaker_id in scope.said_by:
        said = "speaker_id = ? AND +transcript_id = ?"
        found.append(rows_where(db, "utterances", said, [speaker_id, transcript_id]))
    for speaker_id in scope.turns_of:
        said = "speaker_id = ? AND +transcript_id = ?"
        found.append(rows_where(db, "turns", said, [speaker_id, transcript_id]))
    if scope.containing:
        holding = "transcript_id = ? AND instr(text, ?) > 0"
        found.append(rows_where(db, "utterances", holding, [transcript_id, scope.containing]))
    if scope.is_all:
        found.append(rows_where(db, "utterances", "transcript_id = ?", [transcript_id]))
    return TranscriptRows(
        speakers=tuple(row for each in found for row in each.speakers),
        utterances=tuple(sorted((row for each in found for row in each.utterances), key=in_time)),
        turns=tuple(row for each in found for row in each.turns),
    )


def _stale(
    db: Connection, transcript_id: str, scope: Scope, base_revision: int
) -> list[tuple[str, str]]:
    """(table, id) of what the edit changes and somebody else has changed meanwhile."""
    return [
        (table, row_id)
        for table, ids in (("utterances", scope.utterance_ids), ("speakers", scope.speaker_ids))
        for row_id in rows_changed_since(db, transcript_id, table, ids, base_revision)
    ]


def _conflicts(
    stale: Sequence[tuple[str, str]], situation: EditContext, request: EditRequest
) -> tuple[Conflict, ...]:
    try:
        wanted = request.planned(situation)
    except (EditRefusedError, StaleEditError):
        wanted = replace(situation.current, speakers=(), utterances=())  # nobody can say
    return tuple(
        Conflict(table, row_id, current.get(row_id), becomes.get(row_id))
        for table in ("utterances", "speakers")
        for current, becomes in [(situation.current.of(table), wanted.of(table))]
        for row_id in (each for among, each in stale if among == table)
    )
