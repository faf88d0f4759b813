"""SQLite connections with durable commits and overwriting of deleted data; a pool of readers."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlite_utils

Connection = sqlite_utils.Database  # type of `db` in all modules of storage

BUSY_TIMEOUT_S = 30.0  # wait for the write lock of another process
MAX_IDLE = 8  # idle connections kept open; more are closed after use

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


class ReaderPool:
    """Pool of read-only connections, opened on demand, each used by one reader at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._idle: list[Connection] = []
        self._is_closed = False

    @contextmanager
    def lend(self) -> Iterator[Connection]:
        """Yield a connection that no other reader uses until the end of the block.

        Raises:
            sqlite3.Error: if none can be opened, or the pool is closed.
        """
        db = self._acquire()
        try:
            yield db
        finally:
            self._release(db)

    def close(self) -> None:
        """Close all connections; those in use are closed on release."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for db in idle:
            db.conn.close()

    def _acquire(self) -> Connection:
        with self._lock:
            if self._is_closed:
                raise sqlite3.ProgrammingError("Cannot operate on a closed database.")
            if self._idle:
                return self._idle.pop()
        return Connection(connect_reader(self._path), execute_plugins=False, strict=True)

    def _release(self, db: Connection) -> None:
        with self._lock:
            if not self._is_closed and len(self._idle) < MAX_IDLE:
                self._idle.append(db)
                return
        db.conn.close()
