"""SQLite connections with durable commits and overwriting of deleted data."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

BUSY_TIMEOUT_S = 30.0  # wait for the write lock of another process

# secure_delete overwrites deleted data; temp_store keeps text out of temporary files.
_PRAGMAS = (
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
    "temp_store = MEMORY",
)


def connect(path: Path, *, journal_mode: str = "WAL") -> sqlite3.Connection:
    """Open a database for reading and writing; one thread may use it at a time.

    Raises:
        sqlite3.Error: if it cannot be opened or is no database.
    """
    connection = sqlite3.connect(
        path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
    )
    try:
        for pragma in (f"journal_mode = {journal_mode}", *_PRAGMAS):
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


def connect_reader(path: Path) -> sqlite3.Connection:
    """Open a database with its write-ahead log read-only; one thread may use it at a time.

    Raises:
        sqlite3.Error: if it cannot be opened.
    """
    address = f"{path.resolve().as_uri()}?mode=ro"
    connection = sqlite3.connect(
        address, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA temp_store = MEMORY")
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def reading_only(path: Path) -> Iterator[sqlite3.Connection]:
    """Yield a read-only connection and close it at the end of the block.

    Raises:
        sqlite3.Error: if it cannot be opened.
    """
    with closing(connect_reader(path)) as connection:
        yield connection
