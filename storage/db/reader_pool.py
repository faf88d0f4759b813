"""Read-only connections to the database, so that no reader waits for a writer."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlite_utils

from storage.db.connections import connect_reader

Connection = sqlite_utils.Database  # the tables, as the modules of this package are handed them

MOST_IDLE = 8  # connections kept open between requests; more are closed after use


class ReaderPool:
    """Connections that are lent to one reader at a time, opened when all are lent."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._idle: list[Connection] = []
        self._is_closed = False

    @contextmanager
    def lend(self) -> Iterator[Connection]:
        """Lend a connection for the length of the block.

        Raises:
            sqlite3.Error: if none can be opened, or the pool is closed.
        """
        rows = self._take()
        try:
            yield rows
        finally:
            self._take_back(rows)

    def close(self) -> None:
        """Close all connections; those that are lent are closed when they come back."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for rows in idle:
            rows.conn.close()

    def _take(self) -> Connection:
        with self._lock:
            if self._is_closed:
                raise sqlite3.ProgrammingError("Cannot operate on a closed database.")
            if self._idle:
                return self._idle.pop()
        return Connection(connect_reader(self._path), execute_plugins=False, strict=True)

    def _take_back(self, db: Connection) -> None:
        with self._lock:
            if not self._is_closed and len(self._idle) < MOST_IDLE:
                self._idle.append(db)
                return
        db.conn.close()
