"""Integrity check of a database file."""

from __future__ import annotations

import sqlite3
import time

START_CHECK_S = 2.0  # longest check at a start: 100,000 utterances take a tenth of it
MAX_FINDINGS = 20  # further ones add no information
_MISSING = ("no such table", "no such column")  # a view or the search index refers to it
_OPCODES_PER_CHECK = 10_000  # of SQLite's virtual machine, a few milliseconds


def find_damage(connection: sqlite3.Connection, *, thorough: bool = True) -> tuple[str, ...]:
    """Return SQLite's messages about damage in a database; empty if none was found.

    Args:
        connection: to the database.
        thorough: compare indexes with tables too, without a time limit; otherwise run the quick
            check for START_CHECK_S at most and report no damage if it is interrupted.

    Raises:
        sqlite3.OperationalError: if the database cannot be read for a reason other than damage.
    """
    deadline_s = None if thorough else time.monotonic() + START_CHECK_S
    if deadline_s is not None:
        connection.set_progress_handler(lambda: time.monotonic() > deadline_s, _OPCODES_PER_CHECK)
    try:
        return _run_check(connection, "integrity_check" if thorough else "quick_check")
    except sqlite3.OperationalError as error:
        if str(error) == "interrupted":
            return ()
        if str(error).startswith(_MISSING):
            return (str(error),)
        raise
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        return (str(error),)
    finally:
        connection.set_progress_handler(None, 0)


def _run_check(connection: sqlite3.Connection, check: str) -> tuple[str, ...]:
    found = [text for (text,) in connection.execute(f"PRAGMA {check}({MAX_FINDINGS})")]
    if found != ["ok"]:
        return tuple(found)
    orphans = connection.execute("PRAGMA foreign_key_check").fetchmany(MAX_FINDINGS)
    return tuple(
        f"row {rowid} of {table} has lost its {parent}" for table, rowid, parent, _ in orphans
    )
