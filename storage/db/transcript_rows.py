"""Rows of a transcript read and replaced: the one place that writes speakers, utterances, turns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from storage.db.database import Connection
from storage.db.hidden_recordings import Step
from storage.db.row_changes import COLUMNS, ROW_TYPES, Replacement, Row, TranscriptRows, rows_of

_ROWS_A_STEP = 1_000  # of 30 characters each: a tenth of a second with the search index


def rows_by_id(
    db: Connection, transcript_id: str, ids: Mapping[str, Sequence[str]]
) -> TranscriptRows:
    """The rows of a transcript that have these ids, by table; ids that are not there are left out.

    The time it takes grows with the number of ids, not with the transcript.
    """
    return rows_of(
        {
            # The plus keeps SQLite from walking through the whole transcript instead.
            table: _found(
                db,
                table,
                "id IN (SELECT value FROM json_each(?)) AND +transcript_id = ?",
                [json.dumps(list(wanted)), transcript_id],
            )
            for table, wanted in ids.items()
            if wanted
        }
    )


def all_rows(db: Connection, transcript_id: str) -> TranscriptRows:
    """Everything that a transcript consists of."""
    return rows_of(
        {table: _found(db, table, "transcript_id = ?", [transcript_id]) for table in ROW_TYPES}
    )


def rows_where(
    db: Connection, table: str, condition: str, parameters: Sequence[object]
) -> TranscriptRows:
    """The rows of one table for which a condition of ours, never of a user's, holds."""
    return rows_of({table: _found(db, table, condition, parameters)})


def rows_changed_since(
    db: Connection, transcript_id: str, table: str, ids: Sequence[str], revision: int
) -> tuple[str, ...]:
    """Those of some rows that have changed after a revision of the transcript."""
    found = db.execute(
        f"SELECT id FROM {table} WHERE id IN (SELECT value FROM json_each(?)) "
        "AND +transcript_id = ? AND +revision > ?",
        [json.dumps(list(ids)), transcript_id, revision],
    )
    return tuple(row_id for (row_id,) in found)


def replace_rows(db: Connection, transcript_id: str, change: Replacement, *, revision: int) -> None:
    """Put rows in the place of others; both must have been checked."""
    for table in reversed(tuple(ROW_TYPES)):
        stays = change.after.of(table)
        gone = [row_id for row_id in change.before.of(table) if row_id not in stays]
        db.conn.executemany(f"DELETE FROM {table} WHERE id = ?", [(each,) for each in gone])
    _free_labels(db, change)
    for table in ROW_TYPES:
        known, written = change.before.of(table), change.after.of(table)
        _update(
            db,
            table,
            [(known[row.id], row) for row in written.values() if row.id in known],
            revision,
        )
        new = [row for row in written.values() if row.id not in known]
        _insert(db, table, transcript_id, new, revision)


def insertion_steps(transcript_id: str, new: TranscriptRows, *, revision: int) -> Iterator[Step]:
    """Yield the steps that add rows to a transcript, so few at once that each is short."""
    for table in ROW_TYPES:
        written: Sequence[Row] = getattr(new, table)
        for first in range(0, len(written), _ROWS_A_STEP):
            yield _insertion(table, transcript_id, written[first : first + _ROWS_A_STEP], revision)


def _insertion(table: str, transcript_id: str, new: Sequence[Row], revision: int) -> Step:
    def step(db: Connection) -> bool:
        _insert(db, table, transcript_id, new, revision)
        return False

    return step


def _free_labels(db: Connection, change: Replacement) -> None:
    """Let speakers exchange their labels, which the table would refuse row by row."""
    becomes = {row.id: row.label for row in change.after.speakers}
    renamed = [
        row.id for row in change.before.speakers if becomes.get(row.id, row.label) != row.label
    ]
    db.conn.executemany(
        "UPDATE speakers SET label = id WHERE id = ?", [(each,) for each in renamed]
    )


def _update(db: Connection, table: str, changes: Sequence[tuple[Row, Row]], revision: int) -> None:
    """Write what has changed alone: an index over nothing but other columns need not move."""
    by_columns: dict[tuple[str, ...], list[Row]] = {}
    for was, becomes in changes:
        changed = tuple(
            each for each in COLUMNS[table] if getattr(was, each) != getattr(becomes, each)
        )
        by_columns.setdefault(changed, []).append(becomes)
    for columns, changed_rows in by_columns.items():
        assignments = "".join(f"{column} = ?, " for column in columns)
        db.conn.executemany(
            f"UPDATE {table} SET {assignments}revision = ? WHERE id = ?",
            [(*_values(row, columns), revision, row.id) for row in changed_rows],
        )


def _insert(
    db: Connection, table: str, transcript_id: str, new: Sequence[Row], revision: int
) -> None:
    columns = COLUMNS[table]
    marks = ", ".join("?" for _ in columns)
    db.conn.executemany(
        f"INSERT INTO {table} ({', '.join(columns)}, revision, transcript_id) "
        f"VALUES ({marks}, ?, ?)",
        [(*_values(row, columns), revision, transcript_id) for row in new],
    )


def _found(
    db: Connection, table: str, condition: str, parameters: Sequence[object]
) -> dict[str, Row]:
    columns = ", ".join(COLUMNS[table])
    row_type: Any = ROW_TYPES[table]  # Any: the columns are the fields, whichever the table
    found = db.execute(f"SELECT {columns} FROM {table} WHERE {condition}", list(parameters))
    return {values[0]: row_type(*values) for values in found}


def _values(row: Row, columns: Sequence[str]) -> tuple[object, ...]:
    return tuple(getattr(row, column) for column in columns)
