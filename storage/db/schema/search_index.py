"""Update, rebuild, optimization and check of the full-text index."""

from __future__ import annotations

import sqlite3

_ROWS_AT_ONCE = 1_000
_REMOVE_OLD_TEXTS = """
INSERT INTO utterance_search (utterance_search, rowid, text)
SELECT 'delete', number, indexed_text FROM search_queue
WHERE number <= ? AND indexed_text IS NOT NULL
"""
_ADD_NEW_TEXTS = """
INSERT INTO utterance_search (rowid, text)
SELECT search_queue.number, text FROM search_queue
JOIN utterance_numbers ON utterance_numbers.number = search_queue.number
JOIN utterances ON utterances.id = utterance_id
WHERE search_queue.number <= ?
"""


def has_search_index(connection: sqlite3.Connection) -> bool:
    """Return whether the database has the full-text index; old versions did not create it."""
    return _has(connection, "utterance_search")


def index_queued(connection: sqlite3.Connection, max_rows: int) -> int:
    """Index the first utterances of the queue and remove them from it.

    Each statement processes all of them, because SQLite releases the GIL during a statement.

    Args:
        connection: inside a transaction.
        max_rows: largest number of utterances.

    Returns:
        Number of indexed utterances.
    """
    (last,) = connection.execute(
        "SELECT max(number) FROM (SELECT number FROM search_queue ORDER BY number LIMIT ?)",
        [max_rows],
    ).fetchone()
    if last is None:
        return 0
    connection.execute(_REMOVE_OLD_TEXTS, [last])
    connection.execute(_ADD_NEW_TEXTS, [last])
    return connection.execute("DELETE FROM search_queue WHERE number <= ?", [last]).rowcount


def optimize_index(connection: sqlite3.Connection) -> None:
    """Index queued utterances, and remove deleted ones, which FTS5 only marks, from the index.

    Args:
        connection: inside a transaction, to a database of any version that has the index.
    """
    if _has(connection, "search_queue"):
        while index_queued(connection, _ROWS_AT_ONCE):
            pass
    connection.execute("INSERT INTO utterance_search (utterance_search) VALUES ('optimize')")


def rebuild_index(connection: sqlite3.Connection) -> None:
    """Rebuild the full-text index from all utterances."""
    connection.execute("DELETE FROM search_queue")
    connection.execute("DELETE FROM utterance_numbers")
    connection.execute(
        "INSERT INTO utterance_numbers (utterance_id) SELECT id FROM utterances ORDER BY rowid"
    )
    connection.execute("INSERT INTO utterance_search (utterance_search) VALUES ('rebuild')")


def find_index_damage(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Compare the full-text index with the utterances and return the problems found.

    Args:
        connection: must allow writing, although nothing is changed.

    Returns:
        One message per problem; empty if there is none.
    """
    try:
        connection.execute(
            "INSERT INTO utterance_search (utterance_search, rank) VALUES ('integrity-check', 1)"
        )
    except sqlite3.DatabaseError as error:
        return (f"the search index does not match the utterances ({error})",)
    return ()


def _has(connection: sqlite3.Connection, table: str) -> bool:
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [table])
    return found.fetchone() is not None
