"""Commits of several threads are on disk before their transactions end, with one synchronisation.

In place of the disk the tests keep a copy of the files as they were at each synchronisation.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as LateError
from contextlib import closing
from pathlib import Path

import pytest

from storage.db import commit_sync
from storage.db.connections import connect
from storage.db.database import Database
from storage.db.errors import StorageError
from storage.edit_plans.review_status import Verify
from storage.history.edit_history import EditAuthor
from storage.transcripts.edit_application import edit_concurrently
from storage.transcripts.transcripts import list_utterances, save_machine_transcript
from tests.conditions import LONGEST_WAIT_S, eventually
from tests.storage.samples import DIALOGUE, add_sample, add_sample_run


class Disk:
    """Disk whose synchronisations the test lets pass one by one."""

    def __init__(self, database_path: Path) -> None:
        self.synced = database_path.parent.parent / "synced" / database_path.name
        self._path = database_path
        self._permits = threading.Semaphore(0)
        self.num_begun = 0
        self.failure: OSError | None = None

    def sync_file(self, file: int) -> None:
        shutil.rmtree(self.synced.parent, ignore_errors=True)
        self.synced.parent.mkdir()
        for suffix in ("", "-wal"):
            path = self._path.with_name(self._path.name + suffix)
            shutil.copy(path, self.synced.with_name(path.name))
        self.num_begun += 1
        assert self._permits.acquire(timeout=LONGEST_WAIT_S)
        if self.failure is not None:
            raise self.failure

    def let_pass(self, count: int = 1) -> None:
        self._permits.release(count)

    def titles(self) -> set[str]:
        """Titles of the recordings that a power failure would leave."""
        with closing(connect(self.synced)) as connection:
            return {title for (title,) in connection.execute("SELECT title FROM recordings")}


@pytest.fixture
def disk(
    database: Database, database_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Disk]:
    disk = Disk(database_path)
    monkeypatch.setattr(commit_sync, "sync_file", disk.sync_file)
    yield disk
    disk.let_pass(100)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as threads:
        yield threads


def adding(database: Database, name: str) -> Callable[[], None]:
    def add() -> None:
        with database.transaction() as db:
            add_sample(db, name)

    return add


def committed(database: Database) -> int:
    with database.reading() as db:
        return db.table("recordings").count


def test_a_transaction_ends_when_its_commit_is_on_disk(
    database: Database, disk: Disk, threads: ThreadPoolExecutor
) -> None:
    added = threads.submit(adding(database, "a"))
    eventually(lambda: disk.num_begun == 1)
    assert not added.done()

    disk.let_pass()

    added.result(LONGEST_WAIT_S)
    assert disk.titles() == {"a"}


def test_commits_during_a_synchronisation_share_the_next_one(
    database: Database, disk: Disk, threads: ThreadPoolExecutor
) -> None:
    first = threads.submit(adding(database, "a"))
    eventually(lambda: disk.num_begun == 1)
    others = [threads.submit(adding(database, name)) for name in "bcd"]
    eventually(lambda: committed(database) == 4)

    disk.let_pass()
    first.result(LONGEST_WAIT_S)
    eventually(lambda: disk.num_begun == 2)
    assert not any(each.done() for each in others)
    disk.let_pass()
    for each in others:
        each.result(LONGEST_WAIT_S)

    assert disk.num_begun == 2
    assert disk.titles() == {"a", "b", "c", "d"}


def test_without_a_write_ahead_log_sqlite_synchronises_every_commit(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite3"
    with closing(Database(connect(path, journal_mode="DELETE"), path)) as database:
        with database.transaction() as db:
            db.execute("CREATE TABLE numbers (number INTEGER)")
            db.execute("INSERT INTO numbers VALUES (1)")
        with database.transaction() as db:
            assert db.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
            assert db.table("numbers").count == 1


def test_a_transaction_without_changes_does_not_wait_for_the_disk(
    database: Database, disk: Disk
) -> None:
    with database.transaction() as db:
        assert db.table("recordings").count == 0

    assert disk.num_begun == 0


def test_a_repeated_edit_is_answered_when_the_first_one_is_on_disk(
    database: Database, disk: Disk, threads: ThreadPoolExecutor
) -> None:
    disk.let_pass()
    with database.transaction() as db:
        transcript_id = save_machine_transcript(db, add_sample_run(db), DIALOGUE).transcript_id
        row_id = list_utterances(db, transcript_id)[0].utterance_id

    def verify() -> Future[object]:
        return threads.submit(
            edit_concurrently,
            database,
            transcript_id,
            Verify((row_id,)),
            author=EditAuthor("ann", "id of the request"),
        )

    first = verify()
    eventually(lambda: disk.num_begun == 2)
    repeated = verify()
    with pytest.raises(LateError):
        repeated.result(0.1)

    disk.let_pass()
    assert first.result(LONGEST_WAIT_S) == repeated.result(LONGEST_WAIT_S)


def test_a_transaction_that_waits_for_the_disk_survives_the_closing_of_the_database(
    database: Database, disk: Disk, threads: ThreadPoolExecutor
) -> None:
    first = threads.submit(adding(database, "a"))
    eventually(lambda: disk.num_begun == 1)
    second = threads.submit(adding(database, "b"))
    eventually(lambda: committed(database) == 2)
    closed = threads.submit(database.close)
    assert not closed.done()

    disk.let_pass(2)

    for each in (first, second, closed):
        each.result(LONGEST_WAIT_S)
    assert disk.titles() == {"a", "b"}


def test_after_a_failure_of_the_disk_no_transaction_succeeds(
    database: Database, disk: Disk
) -> None:
    disk.failure = OSError(5, "Input/output error")
    disk.let_pass()
    with pytest.raises(StorageError, match="disk of the database has failed"):
        adding(database, "a")()
    disk.failure = None

    with pytest.raises(StorageError, match="disk of the database has failed"):
        adding(database, "b")()
