"""Pool of read-only connections, with which readers do not wait for writers."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlite_utils

from storage.db.connections import connect_reader

Connection = sqlite_utils.Database  # type of `db` in all modules of storage

MAX_IDLE = 8  # idle connections kept open; more are closed after use


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
