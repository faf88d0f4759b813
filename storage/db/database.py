"""The database file: how it is opened, read and written."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.db.backups import back_up_beside
from storage.db.connections import BUSY_TIMEOUT_S, connect
from storage.db.damage import damage_error
from storage.db.errors import (
    DatabaseDamagedError,
    DatabaseUnavailableError,
    SchemaDamagedError,
    StorageError,
)
from storage.db.hidden_recordings import Step
from storage.db.integrity import find_damage
from storage.db.lost_database import is_lost, lost_error
from storage.db.reader_pool import Connection, ReaderPool
from storage.db.schema.migrations import applied_steps, check_tables, migrate, pending_steps
from storage.db.sqlite_errors import SQLITE_ERRORS, storage_error

__all__ = ["Connection", "Database", "bring_up_to_date", "open_database"]

MOST_PAUSE_S = 0.1  # between two steps of long work; else as long as the step took
EMPTYING_TRY_S = 0.1  # longest that one try to empty the log makes writers wait
EMPTYING_PATIENCE_S = 5.0

OLDEST_SQLITE = (3, 37, 0)  # the first with STRICT tables


class Database:
    """One connection that writes, for one thread at a time, and others that read beside it.

    What SQLite reports comes out of `reading` and `transaction` as a StorageError.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._lock = threading.RLock()
        self._rows = Connection(connection, execute_plugins=False, strict=True)
        self._readers = ReaderPool(path)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view of all tables for the length of the block; it waits for no writer.

        Raises:
            StorageError: if the database cannot be read.
        """
        with self._translated_errors(), self._readers.lend() as db, _begun(db.conn, "BEGIN"):
            yield db

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All that the block writes, or, if it raises, nothing of it.

        When the block has been left, what it wrote survives a power cut.

        Raises:
            StorageError: if the database cannot be written; DiskFullError for a full disk.
        """
        with self._lock, self._translated_errors(), _begun(self._connection, "BEGIN IMMEDIATE"):
            yield self._rows

    def in_steps(self, steps: Iterable[Step]) -> None:
        """Do long work as many transactions, between which others have their turn.

        Args:
            steps: each is repeated in a transaction of its own until nothing of it is left.

        Raises:
            StorageError: if the database cannot be written; what was done before stays.
        """
        for step in steps:
            is_left = True
            while is_left:
                begin_s = time.monotonic()
                with self.transaction() as db:
                    is_left = step(db)
                time.sleep(min(MOST_PAUSE_S, time.monotonic() - begin_s))

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def empty_log(self) -> bool:
        """Move everything from the write-ahead log into the database, so that it holds no text.

        Readers can hold it back, so it is tried for a while, and each try is short: nobody can
        write meanwhile.

        Returns:
            Whether the log is empty.
        """
        deadline_s = time.monotonic() + EMPTYING_PATIENCE_S
        while not (is_empty := self._try_to_empty_log()) and time.monotonic() < deadline_s:
            time.sleep(EMPTYING_TRY_S)
        return is_empty

    def close(self) -> None:
        """Close the file; anything asked afterwards raises a StorageError."""
        with self._lock:
            self._readers.close()
            self._connection.close()

    def _try_to_empty_log(self) -> bool:
        with self._lock, self._translated_errors():
            self._connection.execute(f"PRAGMA busy_timeout = {round(1_000 * EMPTYING_TRY_S)}")
            try:
                busy, *_ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                self._connection.execute(f"PRAGMA busy_timeout = {round(1_000 * BUSY_TIMEOUT_S)}")
            return not busy

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        try:
            yield
        except SQLITE_ERRORS as error:
            raise storage_error(error, self._path) from error
        except OverflowError as error:
            raise StorageError("A number is larger than the database can hold.") from error
        except UnicodeEncodeError as error:
            raise StorageError("The text holds characters that are not valid Unicode.") from error


@contextmanager
def _begun(connection: sqlite3.Connection, how: str) -> Iterator[None]:
    """Begin a transaction that ends with the block: kept, or undone where the block raises."""
    connection.execute(how)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk may have ended it already
            connection.execute("ROLLBACK")
        raise


def open_database(path: Path) -> Database:
    """Open the database, made new where there is none, brought to this version's tables.

    Raises:
        DatabaseTooNewError: if a newer version of the program wrote it.
        ForeignDatabaseError: if another program did.
        DatabaseDamagedError: if the file is no database, or empty or missing in a workspace that
            has recordings or backups.
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
    if is_lost(path):
        raise lost_error(path)
    connection = _connected(path)
    try:
        _refuse_damaged(connection, path)
        database = Database(connection, path)
        _refuse_damaged_tables(database)
        bring_up_to_date(database)
    except BaseException:
        connection.close()
        raise
    return database


def bring_up_to_date(database: Database) -> None:
    """Apply the steps that a database lacks; one that is in use already is backed up before.

    Raises:
        StorageError: if a backup or a step fails; the database is then as it was.
    """
    with database.reading() as db:
        pending, is_new = pending_steps(db), not applied_steps(db)
    if not pending:
        return
    backup = None if is_new else back_up_beside(database.path, occasion=f"before-{pending[0]}")
    try:
        with database.transaction() as db:
            migrate(db)
    except BaseException:
        if backup is not None:
            backup.path.unlink(missing_ok=True)  # the database itself is as it was
        raise


def _connected(path: Path) -> sqlite3.Connection:
    try:
        return connect(path)
    except SQLITE_ERRORS as error:
        explained = storage_error(error, path)
        if isinstance(explained, DatabaseDamagedError):
            raise damage_error(path, str(error)) from error
        raise explained from error


def _refuse_damaged_tables(database: Database) -> None:
    try:
        with database.reading() as db:
            check_tables(db)
    except SchemaDamagedError as error:
        raise damage_error(database.path, str(error)) from error


def _refuse_damaged(connection: sqlite3.Connection, path: Path) -> None:
    try:
        damage = find_damage(connection, thorough=False)
    except SQLITE_ERRORS as error:
        raise storage_error(error, path) from error
    if damage:
        raise damage_error(path, damage[0])
