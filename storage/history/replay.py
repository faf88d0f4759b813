"""Replay of a transcript's edits, and comparison of the result with its stored rows."""

from __future__ import annotations

from storage.db.database import Connection
from storage.db.row_changes import ROW_TYPES, Replacement, Row, TranscriptRows, read_rows, rows_of
from storage.db.transcript_rows import all_rows
from storage.history.live_log import live_steps_of
from storage.history.stored_edits import head_of


def verify(db: Connection, transcript_id: str) -> tuple[str, ...]:
    """Replay the edits of a transcript up to its head and compare the result with its rows.

    Returns:
        One sentence per difference; empty if there is none.

    Raises:
        NotFoundError: if there is no such transcript.
    """
    replayed, problems = replay(db, transcript_id)
    current = all_rows(db, transcript_id)
    differing = [
        f"Row {row_id} of {table} is not what the edits make of it."
        for table in ROW_TYPES
        for stored, made in [(current.of(table), replayed.of(table))]
        for row_id in sorted({*stored, *made})
        if stored.get(row_id) != made.get(row_id)
    ]
    return (*problems, *differing)


def replay(db: Connection, transcript_id: str) -> tuple[TranscriptRows, tuple[str, ...]]:
    """Replay a transcript's edits from root to head, and the changes logged by its run.

    Live steps change only rows that no later edit refers to, so all of them are replayed right
    after the root edit.

    Returns:
        The rows, and one sentence for each edit that does not match the rows before it.

    Raises:
        NotFoundError: if there is no such transcript.
    """
    edits = db.execute(
        "WITH RECURSIVE line (id, parent_id) AS (SELECT id, parent_id FROM edits WHERE id = ? "
        "UNION ALL SELECT edits.id, edits.parent_id FROM edits, line "
        "WHERE edits.id = line.parent_id) "
        "SELECT edits.id, before_json, after_json FROM edits JOIN line USING (id) "
        "WHERE transcript_id = ? ORDER BY edits.id",
        [head_of(db, transcript_id), transcript_id],
    ).fetchall()
    made = [
        (f"Edit {edit_id}", Replacement(read_rows(before_json), read_rows(after_json)))
        for edit_id, before_json, after_json in edits
    ]
    live = [(f"Growth {each}", change) for each, change in live_steps_of(db, transcript_id)]
    state: dict[str, dict[str, Row]] = {table: {} for table in ROW_TYPES}
    problems: list[str] = []
    for name, change in (*made[:1], *live, *made[1:]):
        problems += _replay(state, change, name)
    return rows_of(state), tuple(problems)


def _replay(state: dict[str, dict[str, Row]], change: Replacement, name: str) -> list[str]:
    problems = []
    for table in ROW_TYPES:
        before, after = change.before.of(table), change.after.of(table)
        for row_id in change.ids(table):
            if state[table].pop(row_id, None) != before.get(row_id):
                problems.append(f"{name} does not follow from those before: {row_id}.")
            if row_id in after:
                state[table][row_id] = after[row_id]
    return problems
