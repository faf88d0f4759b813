"""Whether a database file is whole."""

from __future__ import annotations

import sqlite3
import time

START_CHECK_S = 2.0  # longest that a start is held up: 100,000 utterances take a tenth of it
MAX_FINDINGS = 20  # more say nothing new
_LACKS = ("no such table", "no such column")  # a view or the search index refers to it
_STEPS_BETWEEN_LOOKS = 10_000  # of SQLite's machine, a few milliseconds


def find_damage(connection: sqlite3.Connection, *, thorough: bool = True) -> tuple[str, ...]:
    """What is wrong with a database, in SQLite's words; empty where nothing was found.

    Args:
        connection: to the database.
        thorough: compare indexes and tables too, however long it takes; otherwise look at what a
            start has time for, and find nothing in the rest.

    Raises:
        sqlite3.OperationalError: if it cannot be read, which says nothing about its contents.
    """
    deadline_s = None if thorough else time.monotonic() + START_CHECK_S
    if deadline_s is not None:
        connection.set_progress_handler(lambda: time.monotonic() > deadline_s, _STEPS_BETWEEN_LOOKS)
    try:
        return _events(connection, "integrity_check" if thorough else "quick_check")
    except sqlite3.OperationalError as error:
        if str(error) == "interrupted":
            return ()
        if str(error).startswith(_LACKS):
            return (str(error),)
        raise
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        return (str(error),)
    finally:
        connection.set_progress_handler(None, 0)


def _events(connection: sqlite3.Connection, check: str) -> tuple[str, ...]:
    found = [text for (text,) in connection.execute(f"PRAGMA {check}({MAX_FINDINGS})")]
    if found != ["ok"]:
        return tuple(found)
    orphans = connection.execute("PRAGMA foreign_key_check").fetchmany(MAX_FINDINGS)
    return tuple(
        f"row {rowid} of {table} has lost its {parent}" for table, rowid, parent, _ in orphans
    )
