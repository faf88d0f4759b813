"""Reading and replacement of the speakers, utterances and turns of a transcript."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from storage.db.database import Connection
from storage.db.hidden_recordings import Step
from storage.db.row_changes import (
    COLUMNS,
    ROW_TYPES,
    Replacement,
    Row,
    StagedValues,
    TranscriptRows,
    UpdatedRows,
    rows_of,
)

# Parameters of one statement; SQLite accepts 32,766. After each statement the thread may wait for
# others, with the write lock held: with few rows in each, a large edit took twice as long.
_VALUES_PER_STATEMENT = 30_000
_ROWS_PER_STEP = 1_000  # of 30 characters each: a tenth of a second with the search index

AnyValue = TypeVar("AnyValue")


def rows_by_id(
    db: Connection, transcript_id: str, ids: Mapping[str, Sequence[str]]
) -> TranscriptRows:
    """Return the rows of a transcript with the given {table: ids}; missing ids are left out.

    The cost is linear in the number of ids, not in the size of the transcript.
    """
    return rows_of(
        {
            # The unary plus keeps SQLite from using the index on transcript_id.
            table: _select(
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
    """Return all rows of a transcript."""
    return rows_of(
        {table: _select(db, table, "transcript_id = ?", [transcript_id]) for table in ROW_TYPES}
    )


def rows_where(
    db: Connection, table: str, condition: str, parameters: Sequence[object]
) -> TranscriptRows:
    """Return the rows of one table that satisfy an SQL condition, which must not be user input."""
    return rows_of({table: _select(db, table, condition, parameters)})


def rows_changed_since(
    db: Connection, transcript_id: str, table: str, ids: Sequence[str], revision: int
) -> tuple[str, ...]:
    """Return those of the given ids whose rows have changed after a revision."""
    found = db.execute(
        f"SELECT id FROM {table} WHERE id IN (SELECT value FROM json_each(?)) "
        "AND +transcript_id = ? AND +revision > ?",
        [json.dumps(list(ids)), transcript_id, revision],
    )
    return tuple(row_id for (row_id,) in found)


def replace_rows(db: Connection, transcript_id: str, change: Replacement, *, revision: int) -> None:
    """Replace rows of a transcript; the caller must ensure that `change.before` is current."""
    changes = change.statements()
    for table in reversed(tuple(ROW_TYPES)):
        for ids in batches(changes[table].deleted):
            db.execute(f"DELETE FROM {table} WHERE id IN ({_marks(ids)})", ids)
    _free_labels(db, change)
    for table in ROW_TYPES:
        for columns, values in changes[table].updated.items():
            _update(db, table, columns, values, revision)
        _insert(db, table, transcript_id, changes[table].inserted, revision)


def batches(rows: Sequence[AnyValue], num_columns: int = 1) -> Iterator[Sequence[AnyValue]]:
    """Yield rows of some columns in batches, of the size that one statement accepts."""
    num_rows = _VALUES_PER_STATEMENT // num_columns
    for first in range(0, len(rows), num_rows):
        yield rows[first : first + num_rows]


def insertion_steps(transcript_id: str, change: Replacement, *, revision: int) -> Iterator[Step]:
    """Yield the steps that add the rows of a change without deletions, _ROWS_PER_STEP at a time."""
    for table, written in change.statements().items():
        for first in range(0, len(written.inserted), _ROWS_PER_STEP):
            rows = written.inserted[first : first + _ROWS_PER_STEP]
            yield _insertion(table, transcript_id, rows, revision)


def _insertion(
    table: str, transcript_id: str, values: Sequence[tuple[object, ...]], revision: int
) -> Step:
    def step(db: Connection) -> bool:
        _insert(db, table, transcript_id, values, revision)
        return False

    return step


def _update(
    db: Connection,
    table: str,
    columns: Sequence[str],
    values: UpdatedRows,
    revision: int,
) -> None:
    """Update columns and the revision of rows."""
    assignments = "".join(f"{column} = new.{column}, " for column in columns)
    if isinstance(values, StagedValues):
        db.execute(
            f"UPDATE {table} SET {assignments}revision = {revision:d} "
            f"FROM temp.{values.table} AS new WHERE id = row_id"
        )
        return
    for rows in batches(values, len(columns) + 1):
        marks = ", ".join(f"({_marks(row)})" for row in rows)
        db.execute(
            f"WITH new ({', '.join((*columns, 'row_id'))}) AS (VALUES {marks}) "
            f"UPDATE {table} SET {assignments}revision = {revision:d} FROM new WHERE id = row_id",
            [value for row in rows for value in row],
        )


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _free_labels(db: Connection, change: Replacement) -> None:
    """Set temporary labels of relabelled speakers, so that a swap keeps labels unique."""
    new = {row.id: row.label for row in change.after.speakers}
    renamed = [row.id for row in change.before.speakers if new.get(row.id, row.label) != row.label]
    db.conn.executemany(
        "UPDATE speakers SET label = id WHERE id = ?", [(each,) for each in renamed]
    )


def _insert(
    db: Connection,
    table: str,
    transcript_id: str,
    values: Sequence[tuple[object, ...]],
    revision: int,
) -> None:
    columns = COLUMNS[table]
    marks = f"({_marks(columns)}, {revision:d}, ?)"
    for rows in batches(values, len(columns) + 1):
        db.execute(
            f"INSERT INTO {table} ({', '.join(columns)}, revision, transcript_id) "
            f"VALUES {', '.join([marks] * len(rows))}",
            [value for row in rows for value in (*row, transcript_id)],
        )


def _select(
    db: Connection, table: str, condition: str, parameters: Sequence[object]
) -> dict[str, Row]:
    columns = ", ".join(COLUMNS[table])
    row_type: Any = ROW_TYPES[table]  # Any: the columns are the fields of each row type
    found = db.execute(f"SELECT {columns} FROM {table} WHERE {condition}", list(parameters))
    return {values[0]: row_type(*values) for values in found}
