"""Maintenance of the full-text index: rebuild, optimize, check."""

from __future__ import annotations

import sqlite3


def has_search_index(connection: sqlite3.Connection) -> bool:
    """Return whether the database has the index; a database of an older version may lack it."""
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'utterance_search'")
    return found.fetchone() is not None


def optimize_index(connection: sqlite3.Connection) -> None:
    """Remove deleted utterances from the index file; FTS5 otherwise only marks them as deleted."""
    connection.execute("INSERT INTO utterance_search (utterance_search) VALUES ('optimize')")


def rebuild_index(connection: sqlite3.Connection) -> None:
    """Rebuild the index from all utterances."""
    connection.execute("DELETE FROM utterance_numbers")
    connection.execute(
        "INSERT INTO utterance_numbers (utterance_id) SELECT id FROM utterances ORDER BY rowid"
    )
    connection.execute("INSERT INTO utterance_search (utterance_search) VALUES ('rebuild')")


def find_index_damage(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return the differences between the index and the utterances; empty if there are none.

    Args:
        connection: must allow writing, although nothing is changed.
    """
    try:
        connection.execute(
            "INSERT INTO utterance_search (utterance_search, rank) VALUES ('integrity-check', 1)"
        )
    except sqlite3.DatabaseError as error:
        return (f"the search index does not match the utterances ({error})",)
    return ()
