"""Reading of the undamaged rows of a damaged table."""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Generator, Iterator, Sequence

_MAX_PROBES = 20_000  # rowid ranges to try; a damaged page of a table costs about 200
_FIRST_ROWID, _LAST_ROWID = -(1 << 63), (1 << 63) - 1

Row = tuple[object, ...]


def salvage_rows(
    connection: sqlite3.Connection, table: str, columns: Sequence[str]
) -> Iterator[Row]:
    """Yield the readable rows of a damaged table, each once.

    Args:
        connection: to the damaged database, read only.
        table: name of the table; never user input.
        columns: names of the columns; never user input. The first one begins the table's key.

    Raises:
        sqlite3.OperationalError: if the table or a column does not exist.
    """
    names = ", ".join(columns)
    if _has_rowids(connection, table):
        yield from _by_rowid(connection, f"SELECT rowid, {names} FROM {table}")
    else:
        order = f"SELECT {names} FROM {table} ORDER BY {columns[0]}"
        yield from _from_both_ends(connection, order)


def _by_rowid(connection: sqlite3.Connection, select: str) -> Iterator[Row]:
    """Yield the readable rows of a table by bisecting the range of its rowids around damage."""
    between = f"{select} WHERE rowid BETWEEN ? AND ? ORDER BY rowid"
    spans = deque([(_FIRST_ROWID, _LAST_ROWID)])
    for _ in range(_MAX_PROBES):
        if not spans:
            return
        low, high = spans.popleft()
        last, is_damaged = yield from _walk(connection, between, (low, high))
        if not is_damaged:
            continue
        low = low if last is None else last + 1
        first, _ = yield from _walk(connection, f"{between} DESC", (low, high))
        high = high if first is None else first - 1
        if low < high and (low, high) != (_FIRST_ROWID, _LAST_ROWID):
            middle = (low + high) // 2
            spans.extend([(low, middle), (middle + 1, high)])


def _walk(
    connection: sqlite3.Connection, query: str, span: tuple[int, int]
) -> Generator[Row, None, tuple[int | None, bool]]:
    """Yield the rows of a rowid range until damage; return the last rowid and whether damaged."""
    last = None
    try:
        for rowid, *values in connection.execute(query, span):
            last = rowid
            yield tuple(values)
    except sqlite3.OperationalError:
        raise
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return last, True
    return last, False


def _from_both_ends(connection: sqlite3.Connection, ordered: str) -> Iterator[Row]:
    seen = set()
    for query in (ordered, f"{ordered} DESC"):
        try:
            for row in connection.execute(query):
                if row not in seen:
                    seen.add(row)
                    yield row
        except sqlite3.OperationalError:
            raise
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            continue
        return


def _has_rowids(connection: sqlite3.Connection, table: str) -> bool:
    found = connection.execute(
        "SELECT wr FROM pragma_table_list WHERE name = ? AND schema = 'main'", [table]
    ).fetchone()
    return found is None or not found[0]
