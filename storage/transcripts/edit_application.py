"""Application of edit requests, with checks for repeated requests and for changed rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from storage.db.database import Connection, Database
from storage.db.errors import EditRefusedError, StaleEditError
from storage.db.records import HeadMove, MoveKind, TranscriptRecord
from storage.db.row_changes import Conflict, Replacement, TranscriptRows, difference
from storage.db.staged_rows import staged
from storage.db.transcript_rows import rows_by_id, rows_changed_since, rows_where
from storage.db.values import new_id
from storage.edit_plans.request import (
    EditContext,
    EditRequest,
    Scope,
    edit_too_large,
    time_order,
)
from storage.history.edit_history import (
    EditAuthor,
    PlannedMove,
    apply,
    checked_move,
    make_move,
)
from storage.history.stored_edits import find_move
from storage.transcripts.transcripts import get_transcript

# Plans an undo, a redo or a return in the history of a transcript.
PlanStep = Callable[[Connection, str], PlannedMove]

MAX_EDIT_CHARACTERS = 100_000_000  # of the new rows: 100,000 sentences of 24 h have 60 million

_CHANGED_MEANWHILE = (
    "Someone else has changed this in the meantime. Check their version, then try again."
)


def edit(
    db: Connection,
    transcript_id: str,
    request: EditRequest,
    *,
    author: EditAuthor,
    base_revision: int | None = None,
) -> HeadMove | None:
    """Apply an edit request; a repeated client id is applied only once.

    Args:
        db: inside a transaction.
        transcript_id: the transcript.
        request: the edit to make.
        author: author of the edit.
        base_revision: revision on which the request is based; None to skip the check for
            changes since then.

    Returns:
        The head move of this or of the first such request; None if the request changes nothing.

    Raises:
        NotFoundError: if there is no such transcript.
        EditRefusedError: if the request is invalid.
        StaleEditError: if rows of the request have changed since `base_revision`.
    """
    done = _previous_move(db, transcript_id, author)
    if done is not None:
        return done
    change = _planned(db, transcript_id, request, author.author, base_revision)
    if change.changes_nothing:
        return None
    return apply(db, transcript_id, change, kind=request.kind, author=author)


def edit_concurrently(
    database: Database,
    transcript_id: str,
    request: EditRequest,
    *,
    author: EditAuthor,
    base_revision: int | None = None,
) -> HeadMove | None:
    """Apply an edit request as `edit` does, with the new rows computed before the transaction.

    If the transcript changes meanwhile, the edit is planned again inside the transaction.

    Raises:
        NotFoundError, EditRefusedError, StaleEditError: as `edit` does.
    """
    with database.reading() as db:
        done = _previous_move(db, transcript_id, author)
        if done is not None:
            database.sync()
            return done
        revision = get_transcript(db, transcript_id).revision
        change = _planned(db, transcript_id, request, author.author, base_revision)
        if change.changes_nothing:
            return None
        prepared = change.prepared(revision)
    with staged(database, prepared) as ready, database.transaction(is_large=ready.is_large) as db:
        done = _previous_move(db, transcript_id, author)
        if done is not None:
            return done
        if get_transcript(db, transcript_id).revision == revision:
            return apply(db, transcript_id, ready, kind=request.kind, author=author)
        return edit(db, transcript_id, request, author=author, base_revision=base_revision)


def step(
    db: Connection,
    transcript_id: str,
    plan: PlanStep,
    *,
    author: EditAuthor,
    base_revision: int | None = None,
) -> HeadMove:
    """Undo, redo or return to an edit; a repeated client id is applied only once.

    Args:
        db: inside a transaction.
        transcript_id: the transcript.
        plan: `plan_undo`, `plan_redo`, or `plan_return` with its edit.
        author: author of the step.
        base_revision: revision on which the request is based; None to skip the check for
            edits since then.

    Raises:
        NotFoundError, EditRefusedError: as `plan` does.
        StaleEditError: if the transcript was edited since `base_revision`.
    """
    done = _previous_move(db, transcript_id, author)
    if done is not None:
        return done
    planned, _ = _planned_step(db, transcript_id, plan, base_revision)
    return make_move(db, transcript_id, planned, author=author)


def step_concurrently(
    database: Database,
    transcript_id: str,
    plan: PlanStep,
    *,
    author: EditAuthor,
    base_revision: int | None = None,
) -> HeadMove:
    """Undo, redo or return to an edit, with the rows read and compared before the transaction.

    If the transcript changes meanwhile, the step is planned again inside the transaction.

    Raises:
        NotFoundError, EditRefusedError, StaleEditError: as `step` does.
    """
    with database.reading() as db:
        done = _previous_move(db, transcript_id, author)
        if done is not None:
            database.sync()
            return done
        planned, revision = _planned_step(db, transcript_id, plan, base_revision)
        checked = checked_move(db, transcript_id, planned, revision)
    with (
        staged(database, checked.change) as ready,
        database.transaction(is_large=ready.is_large) as db,
    ):
        done = _previous_move(db, transcript_id, author)
        if done is not None:
            return done
        if get_transcript(db, transcript_id).revision == revision:
            return make_move(db, transcript_id, replace(checked, change=ready), author=author)
        return step(db, transcript_id, plan, author=author, base_revision=base_revision)


def _planned_step(
    db: Connection, transcript_id: str, plan: PlanStep, base_revision: int | None
) -> tuple[PlannedMove, int]:
    """Return a planned step and the transcript's revision.

    Raises:
        StaleEditError: if the transcript was edited since the base revision.
    """
    record = get_transcript(db, transcript_id)
    _check_base_revision(record, base_revision)
    if base_revision is not None and _last_edit_revision(db, transcript_id) > base_revision:
        raise StaleEditError(
            "Someone else has edited the transcript in the meantime. Check their changes, "
            "then choose again.",
            reason="edited_meanwhile",
        )
    return plan(db, transcript_id), record.revision


def _last_edit_revision(db: Connection, transcript_id: str) -> int:
    """Return the revision of the last edit, undo, redo or return of a transcript."""
    (revision,) = db.execute(
        "SELECT ifnull(max(id), 0) FROM head_moves WHERE transcript_id = ? AND kind != ?",
        [transcript_id, MoveKind.GROWTH.value],
    ).fetchone()
    found: int = revision
    return found


def _check_base_revision(record: TranscriptRecord, base_revision: int | None) -> None:
    """Raise StaleEditError if `base_revision` is above the current one, as after a restore."""
    if base_revision is not None and base_revision > record.revision:
        raise StaleEditError(
            "The transcript on the server is older than the one you see: a backup was "
            "restored. Reload the page.",
            reason="older_transcript",
        )


def _previous_move(db: Connection, transcript_id: str, author: EditAuthor) -> HeadMove | None:
    if author.client_edit_id is None:
        return None
    return find_move(db, transcript_id, author.client_edit_id)


def _planned(
    db: Connection,
    transcript_id: str,
    request: EditRequest,
    author: str,
    base_revision: int | None,
) -> Replacement:
    record = get_transcript(db, transcript_id)
    _check_base_revision(record, base_revision)
    scope = request.scope
    current = _rows_of_scope(db, transcript_id, scope)
    context = EditContext(
        current=current,
        duration_ms=record.duration_ms,
        author=author,
        new_id=new_id,
    )
    stale = [] if base_revision is None else _stale_rows(db, transcript_id, scope, base_revision)
    if stale:
        raise StaleEditError(
            _CHANGED_MEANWHILE, _conflicts(stale, context, request), reason="changed"
        )
    change = difference(current, request.plan(context))
    if change.num_characters > MAX_EDIT_CHARACTERS:
        raise edit_too_large()
    return change


def _rows_of_scope(db: Connection, transcript_id: str, scope: Scope) -> TranscriptRows:
    """Return all speakers and the rows that an edit request reads, in O(rows) time."""
    found = [
        rows_where(db, "speakers", "transcript_id = ?", [transcript_id]),
        rows_by_id(db, transcript_id, {"utterances": scope.utterance_ids}),
    ]
    for speaker_id in dict.fromkeys(scope.said_by):
        condition = "speaker_id = ? AND +transcript_id = ?"
        found.append(rows_where(db, "utterances", condition, [speaker_id, transcript_id]))
    for speaker_id in dict.fromkeys(scope.turns_of):
        condition = "speaker_id = ? AND +transcript_id = ?"
        found.append(rows_where(db, "turns", condition, [speaker_id, transcript_id]))
    if scope.containing:
        condition = "transcript_id = ? AND instr(text, ?) > 0"
        found.append(rows_where(db, "utterances", condition, [transcript_id, scope.containing]))
    if scope.is_all:
        found.append(rows_where(db, "utterances", "transcript_id = ?", [transcript_id]))
    return TranscriptRows(
        speakers=tuple(row for each in found for row in each.speakers),
        utterances=tuple(
            sorted((row for each in found for row in each.utterances), key=time_order)
        ),
        turns=tuple(row for each in found for row in each.turns),
    )


def _stale_rows(
    db: Connection, transcript_id: str, scope: Scope, base_revision: int
) -> list[tuple[str, str]]:
    """Return (table, id) of the rows to edit that have changed since the base revision."""
    return [
        (table, row_id)
        for table, ids in (("utterances", scope.utterance_ids), ("speakers", scope.speaker_ids))
        for row_id in rows_changed_since(db, transcript_id, table, ids, base_revision)
    ]


def _conflicts(
    stale: Sequence[tuple[str, str]], context: EditContext, request: EditRequest
) -> tuple[Conflict, ...]:
    try:
        wanted = request.plan(context)
    except (EditRefusedError, StaleEditError):
        wanted = replace(context.current, speakers=(), utterances=())  # cannot be planned
    return tuple(
        Conflict(table, row_id, current.get(row_id), requested.get(row_id))
        for table in ("utterances", "speakers")
        for current, requested in [(context.current.of(table), wanted.of(table))]
        for row_id in (each for among, each in stale if among == table)
    )
