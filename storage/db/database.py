"""Opening and migration of the database, and its read and write transactions."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from pathlib import Path

from storage.db.commit_sync import CommitSync, SyncFailedError
from storage.db.connections import BUSY_TIMEOUT_S, Connection, ReaderPool, connect
from storage.db.errors import (
    DatabaseDamagedError,
    DatabaseUnavailableError,
    SchemaDamagedError,
    StorageError,
)
from storage.db.hidden_recordings import Step
from storage.db.recording_changes import ChangedRecordings, RecordingChanges
from storage.db.recovery.backups import back_up_beside
from storage.db.recovery.damage import damage_error, is_lost, lost_error
from storage.db.recovery.integrity import find_damage
from storage.db.schema.migrations import applied_steps, check_tables, migrate, pending_steps
from storage.db.sqlite_errors import SQLITE_ERRORS, storage_error

__all__ = ["Connection", "Database", "bring_up_to_date", "open_database"]

MAX_PAUSE_S = 0.1  # between two steps of long work; a shorter step pauses as long as it took
CHECKPOINT_TIMEOUT_S = 0.1  # longest time that one checkpoint blocks writers
CHECKPOINT_DEADLINE_S = 5.0
CHECK_TIMEOUT_S = 0.05  # longest wait for a writer before a look for commits of other processes

OLDEST_SQLITE = (3, 37, 0)  # the first with STRICT tables


class Database:
    """Database with one write connection, for one thread at a time, and a pool of read connections.

    SQLite errors inside `reading` and `transaction` are raised as StorageError.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._lock = threading.RLock()
        self._writer = Connection(connection, execute_plugins=False, strict=True)
        self._changes = RecordingChanges(connection)
        self._sync = CommitSync(path)
        self._has_wal = connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        if self._has_wal:  # some file systems allow none; SQLite then synchronises every commit
            connection.execute("PRAGMA synchronous = NORMAL")
        self._readers = ReaderPool(path)
        (self._pages_per_checkpoint,) = connection.execute("PRAGMA wal_autocheckpoint").fetchone()
        self._num_deferrals = 0  # of checkpoints, by large transactions

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection with a consistent snapshot of all tables, without waiting for writers.

        Raises:
            StorageError: if the database cannot be read.
        """
        with self._translated_errors(), self._readers.lend() as db, _transaction(db.conn, "BEGIN"):
            yield db

    def check(self) -> None:
        """Read one row to check that the database is readable.

        Raises:
            StorageError: if the database cannot be read.
        """
        with self.reading() as db:
            db.execute("SELECT id FROM recordings LIMIT 1").fetchone()

    @contextmanager
    def transaction(self, *, is_large: bool = False) -> Iterator[Connection]:
        """Yield a connection in a write transaction; roll back if the block raises.

        The commit is durable: it survives a power failure.

        Args:
            is_large: whether it writes many MB. They are then moved from the write-ahead log into
                the database after the transaction, while others write, and by no other commit.

        Raises:
            StorageError: if the database cannot be written; DiskFullError for a full disk.
        """
        with self._deferred_checkpoints() if is_large else nullcontext():
            with (
                self._lock,
                self._translated_errors(),
                self._changes.collected(),
                self._noted_commit(),
                _transaction(self._connection, "BEGIN IMMEDIATE"),
            ):
                yield self._writer
            self.sync()

    @contextmanager
    def temporary_tables(self) -> Iterator[Connection]:
        """Yield the write connection outside of a transaction, to change its temporary tables.

        Raises:
            StorageError: if the database is closed, or memory is short.
        """
        with self._lock, self._translated_errors():
            yield self._writer

    def sync(self) -> None:
        """Return when everything that was committed before this call survives a power failure.

        Raises:
            StorageError: if the disk has failed.
        """
        try:
            self._sync.wait()
        except SyncFailedError as error:
            raise StorageError(str(error)) from error

    def in_steps(self, steps: Iterable[Step]) -> None:
        """Run a series of short transactions, between which other writers can write.

        Args:
            steps: each is repeated, one transaction per call, until it returns False.

        Raises:
            StorageError: if the database cannot be written; completed steps stay.
        """
        for step in steps:
            is_left = True
            while is_left:
                begin_s = time.monotonic()
                with self.transaction() as db:
                    is_left = step(db)
                time.sleep(min(MAX_PAUSE_S, time.monotonic() - begin_s))

    def watch_recordings(self) -> None:
        """Begin to note which recordings the write transactions change."""
        with self._lock, self._translated_errors():
            self._changes.watch()

    def changed_recordings(self, since: int) -> ChangedRecordings:
        """Return the recordings changed after a number of an earlier answer; 0 for all.

        Rows that are read after this call are at least as new as the answer.

        Raises:
            StorageError: if the database cannot be read.
        """
        if self._lock.acquire(timeout=CHECK_TIMEOUT_S):  # else a writer has just checked
            try:
                with self._translated_errors():
                    self._changes.check_others()
            finally:
                self._lock.release()
        return self._changes.since(since)

    @property
    def path(self) -> Path:
        """Path of the database file."""
        return self._path

    def truncate_wal(self) -> bool:
        """Move the write-ahead log into the database and truncate it, so that no text stays in it.

        Most of it is moved while others write. Readers can delay the rest, so it is retried for
        CHECKPOINT_DEADLINE_S; each try is short, because it blocks writers.

        Returns:
            Whether the log is empty.

        Raises:
            StorageError: if the database cannot be written.
        """
        self._checkpoint_beside()
        deadline_s = time.monotonic() + CHECKPOINT_DEADLINE_S
        while not (is_empty := self._try_truncate_wal()) and time.monotonic() < deadline_s:
            time.sleep(CHECKPOINT_TIMEOUT_S)
        return is_empty

    def close(self) -> None:
        """Close all connections; later calls raise StorageError."""
        with self._lock:
            self._readers.close()
            self._sync.close()
            self._connection.close()

    @contextmanager
    def _deferred_checkpoints(self) -> Iterator[None]:
        """Move the log of the block into the database after it, while others write.

        Until then no commit moves it, because all writers would wait for that. Readers of an older
        state can delay the move, so it is retried for CHECKPOINT_DEADLINE_S.
        """
        self._count_deferral(1)
        try:
            yield
            with suppress(StorageError):  # the data is durable; a later commit tries again
                deadline_s = time.monotonic() + CHECKPOINT_DEADLINE_S
                while not self._checkpoint_beside() and time.monotonic() < deadline_s:
                    time.sleep(CHECKPOINT_TIMEOUT_S)
        finally:
            with suppress(StorageError):  # closed meanwhile
                self._count_deferral(-1)

    def _count_deferral(self, change: int) -> None:
        """Count a large transaction; commits do checkpoints only if there is none."""
        with self._lock, self._translated_errors():
            self._num_deferrals += change
            pages = 0 if self._num_deferrals else self._pages_per_checkpoint
            self._connection.execute(f"PRAGMA wal_autocheckpoint = {pages:d}")

    def _checkpoint_beside(self) -> bool:
        """Move the write-ahead log into the database as far as readers allow, while others write.

        Returns:
            Whether the rest is short enough for the checkpoint of a commit.

        Raises:
            StorageError: if the database cannot be written.
        """
        with self._translated_errors(), closing(connect(self._path)) as connection:
            found = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        is_busy, num_pages, num_moved = found
        return not is_busy and num_pages - num_moved <= self._pages_per_checkpoint

    def _try_truncate_wal(self) -> bool:
        with self._lock, self._translated_errors():
            self._connection.execute(f"PRAGMA busy_timeout = {round(1_000 * CHECKPOINT_TIMEOUT_S)}")
            try:
                busy, *_ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                self._connection.execute(f"PRAGMA busy_timeout = {round(1_000 * BUSY_TIMEOUT_S)}")
            return not busy

    @contextmanager
    def _noted_commit(self) -> Iterator[None]:
        """Note the commit of the transaction in the block if it changes rows."""
        before = self._connection.total_changes
        yield
        if self._has_wal and self._connection.total_changes != before:
            self._sync.note_commit()

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
def _transaction(connection: sqlite3.Connection, how: str) -> Iterator[None]:
    """Begin a transaction; commit it at the end of the block, roll back if the block raises."""
    connection.execute(how)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if (
            connection.in_transaction
        ):  # SQLite may have rolled back already, for example on a full disk
            connection.execute("ROLLBACK")
        raise


def open_database(path: Path) -> Database:
    """Open the database, create it if it does not exist, and apply missing migrations.

    Raises:
        DatabaseTooNewError: if a newer version of the program wrote it.
        ForeignDatabaseError: if another program wrote it.
        DatabaseDamagedError: if the file is no database, or empty or missing in a workspace that
            has recordings or backups.
        DatabaseUnavailableError: if it cannot be opened or written, or SQLite is too old.
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
            f"The folder '{path.parent}' cannot be created: {error.strerror}."
        ) from error
    if is_lost(path):
        raise lost_error(path)
    connection = _connect(path)
    try:
        _check_damage(connection, path)
        database = Database(connection, path)
        _check_schema(database)
        bring_up_to_date(database)
        database.watch_recordings()
    except BaseException:
        connection.close()
        raise
    return database


def bring_up_to_date(database: Database) -> None:
    """Apply the missing migrations, after a backup if the database has data.

    Raises:
        StorageError: if the backup or a migration fails; the database is then unchanged.
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
            backup.path.unlink(missing_ok=True)  # the database itself is unchanged
        raise


def _connect(path: Path) -> sqlite3.Connection:
    try:
        return connect(path)
    except SQLITE_ERRORS as error:
        explained = storage_error(error, path)
        if isinstance(explained, DatabaseDamagedError):
            raise damage_error(path, str(error)) from error
        raise explained from error


def _check_schema(database: Database) -> None:
    try:
        with database.reading() as db:
            check_tables(db)
    except SchemaDamagedError as error:
        raise damage_error(database.path, str(error)) from error


def _check_damage(connection: sqlite3.Connection, path: Path) -> None:
    try:
        damage = find_damage(connection, thorough=False)
    except SQLITE_ERRORS as error:
        raise storage_error(error, path) from error
    if damage:
        raise damage_error(path, damage[0])
