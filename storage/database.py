"""The database file: how it is opened, read and written."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlite_utils

from storage.errors import DatabaseUnavailableError, StorageError
from storage.migrations import migrate
from storage.sqlite_errors import storage_error

Rows = sqlite_utils.Database  # the tables, as the modules of this package are handed them

BUSY_TIMEOUT_S = 30.0  # how long to wait for another process that writes
OLDEST_SQLITE = (3, 37, 0)  # the first with STRICT tables

# What is deleted is overwritten (secure_delete), and sorting leaves no text in temporary files.
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
    "temp_store = MEMORY",
)


class Database:
    """One connection that several threads may use, one at a time.

    What SQLite reports comes out of `reading` and `transaction` as a StorageError.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._lock = threading.RLock()
        self._rows = Rows(connection, execute_plugins=False, strict=True)

    @contextmanager
    def reading(self) -> Iterator[Rows]:
        """A consistent view of all tables for the length of the block.

        Raises:
            StorageError: if the database cannot be read.
        """
        with self._begin("BEGIN") as rows:
            yield rows

    @contextmanager
    def transaction(self) -> Iterator[Rows]:
        """All that the block writes, or, if it raises, nothing of it.

        When the block has been left, what it wrote survives a power cut.

        Raises:
            StorageError: if the database cannot be written; DiskFullError for a full disk.
        """
        with self._begin("BEGIN IMMEDIATE") as rows:
            yield rows

    def empty_log(self) -> bool:
        """Move everything from the write-ahead log into the database, so that it holds no text.

        Returns:
            Whether the log is empty; another process that reads can hold it back.
        """
        with self._lock, self._translated_errors():
            busy, *_ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy

    def close(self) -> None:
        """Close the file; anything asked afterwards raises a StorageError."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _begin(self, how: str) -> Iterator[Rows]:
        with self._lock, self._translated_errors():
            self._connection.execute(how)
            try:
                yield self._rows
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # a full disk may have ended it already
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise storage_error(error, self._path) from error
        except UnicodeEncodeError as error:
            raise StorageError("The text holds characters that are not valid Unicode.") from error


def open_database(path: Path) -> Database:
    """Open the database, made new where there is none, brought to this version's tables.

    Raises:
        DatabaseTooNewError: if a newer version of the program wrote it.
        ForeignDatabaseError: if another program did.
        DatabaseDamagedError: if the file is no database.
        DatabaseUnavailableError: if it cannot be opened or written.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise DatabaseUnavailableError(
            f"Python's SQLite is {sqlite3.sqlite_version}; 3.37 or newer is needed. "
            "Install a newer Python."
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnavailableError(
            f"The folder '{path.parent}' cannot be made: {error.strerror}."
        ) from error
    try:
        connection = sqlite3.connect(
            path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
    except sqlite3.Error as error:
        raise storage_error(error, path) from error
    try:
        return _prepared(connection, path)
    except BaseException:
        connection.close()
        raise


def _prepared(connection: sqlite3.Connection, path: Path) -> Database:
    try:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error as error:
        raise storage_error(error, path) from error
    database = Database(connection, path)
    with database.transaction() as rows:
        migrate(rows)
    return database
