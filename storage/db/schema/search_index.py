"""The index of what is said: made anew, or rid of what was deleted."""

from __future__ import annotations

import sqlite3


def has_search_index(connection: sqlite3.Connection) -> bool:
    """Whether a database, which may be of an older version, has the index."""
    found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'utterance_search'")
    return found.fetchone() is not None


def forget_deleted(connection: sqlite3.Connection) -> None:
    """Write the index without the words of deleted utterances, which it only marks otherwise."""
    connection.execute("INSERT INTO utterance_search (utterance_search) VALUES ('optimize')")


def index_anew(connection: sqlite3.Connection) -> None:
    """Index all utterances there are, whatever was indexed before."""
    connection.execute("DELETE FROM utterance_numbers")
    connection.execute(
        "INSERT INTO utterance_numbers (utterance_id) SELECT id FROM utterances ORDER BY rowid"
    )
    connection.execute("INSERT INTO utterance_search (utterance_search) VALUES ('rebuild')")


def find_index_damage(connection: sqlite3.Connection) -> tuple[str, ...]:
    """What is indexed otherwise than it is said; empty where all is well.

    Args:
        connection: one that may write, although nothing is changed.
    """
    try:
        connection.execute(
            "INSERT INTO utterance_search (utterance_search, rank) VALUES ('integrity-check', 1)"
        )
    except sqlite3.DatabaseError as error:
        return (f"the search index does not match the utterances ({error})",)
    return ()
