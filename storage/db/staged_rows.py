"""Temporary tables with the new values of a large change, filled before its write transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import count

from storage.db.database import Database
from storage.db.errors import StorageError
from storage.db.row_changes import PreparedReplacement, Replacement, StagedValues, UpdatedRows

_VALUES_PER_STATEMENT = 3_000  # inserted within a few milliseconds
_numbers = count(1)


@contextmanager
def staged(database: Database, change: Replacement) -> Iterator[Replacement]:
    """Yield a change for a transaction, with its new values in temporary tables if it is large.

    The transaction then updates the rows without a conversion of values, and for a shorter time.
    The tables belong to the write connection; others write between the statements that fill them.

    Raises:
        StorageError: if the values cannot be stored.
    """
    if not isinstance(change, PreparedReplacement) or not change.is_large:
        yield change
        return
    names: list[str] = []
    try:
        changes = {
            table: replace(each, updated=_staged_updates(database, each.updated, names))
            for table, each in change.statements().items()
        }
        yield replace(change, table_changes=changes)
    finally:
        for name in names:
            with suppress(StorageError), database.temporary_tables() as db:
                db.execute(f"DROP TABLE IF EXISTS temp.{name}")


def _staged_updates(
    database: Database, updated: Mapping[tuple[str, ...], UpdatedRows], names: list[str]
) -> dict[tuple[str, ...], UpdatedRows]:
    """Store the values of rows to update, and append the names of the new tables to a list."""
    return {
        columns: values
        if isinstance(values, StagedValues)
        else _staged_values(database, columns, values, names)
        for columns, values in updated.items()
    }


def _staged_values(
    database: Database,
    columns: Sequence[str],
    values: Sequence[tuple[object, ...]],
    names: list[str],
) -> StagedValues:
    name = f"staged_{next(_numbers)}"
    names.append(name)
    with database.temporary_tables() as db:
        db.execute(f"CREATE TEMP TABLE {name} ({', '.join((*columns, 'row_id'))})")
    num_rows = _VALUES_PER_STATEMENT // (len(columns) + 1)
    marks = f"({', '.join('?' * (len(columns) + 1))})"
    for first in range(0, len(values), num_rows):
        rows = values[first : first + num_rows]
        parameters = [value for row in rows for value in row]
        with database.temporary_tables() as db:
            db.execute(f"INSERT INTO {name} VALUES {', '.join([marks] * len(rows))}", parameters)
    return StagedValues(name)
