"""Synchronisation of commits to disk, one for all transactions that wait for it."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path

_FAILED = "The disk of the database has failed. Check it, then start the program again."


class SyncFailedError(Exception):
    """Error for a synchronisation that failed: the system may have dropped what it should write."""


class CommitSync:
    """Thread-safe synchronisation of SQLite's write-ahead log, for a writer that does none itself.

    While a thread waits for the disk, others commit; the next synchronisation includes them all.
    After a failure all later calls fail, since a repetition would succeed without the lost data.
    """

    def __init__(self, database_path: Path) -> None:
        path = database_path.resolve()  # SQLite follows links, too
        self._path = path.with_name(path.name + "-wal")
        self._file: int | None = None
        self._changed = threading.Condition()
        self._is_syncing = False
        self._num_committed = 0
        self._num_synced = 0
        self._failure: OSError | None = None

    def note_commit(self) -> None:
        """Count a commit, which `wait` then includes."""
        with self._changed:
            self._num_committed += 1

    def wait(self) -> None:
        """Return when all commits noted before this call are on disk.

        Raises:
            SyncFailedError: if this or an earlier synchronisation failed.
        """
        with self._changed:
            wanted = self._num_committed
        while not self._is_synced(wanted):
            self._sync()

    def close(self) -> None:
        """Synchronise all commits and close the file.

        It has to be closed before the last connection, which deletes the file. No commit may
        follow; threads that wait for earlier ones return.
        """
        with suppress(SyncFailedError):
            self.wait()
        with self._changed:
            self._changed.wait_for(lambda: not self._is_syncing)
            if self._file is not None:
                os.close(self._file)
                self._file = None

    def _is_synced(self, wanted: int) -> bool:
        """Return whether a commit is on disk, after a running synchronisation.

        If it is not, the caller has to synchronise.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._num_synced >= wanted or not self._is_syncing)
            if self._failure is not None:
                raise SyncFailedError(_FAILED) from self._failure
            if self._num_synced >= wanted:
                return True
            self._is_syncing = True
            return False

    def _sync(self) -> None:
        num_included, failure = self._num_committed, None
        try:
            if self._file is None:
                self._file = os.open(self._path, os.O_RDWR)
            sync_file(self._file)
        except OSError as error:
            failure = error
        with self._changed:
            self._is_syncing = False
            self._failure = failure
            if failure is None:
                self._num_synced = num_included
            self._changed.notify_all()


def sync_file(file: int) -> None:
    """Write the content of an open file to disk."""
    if hasattr(os, "fdatasync"):
        os.fdatasync(file)
    else:
        os.fsync(file)
