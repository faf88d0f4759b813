"""Opening, refusal and failure of the database."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from storage.db.database import Database, open_database
from storage.db.errors import (
    DatabaseDamagedError,
    DatabaseTooNewError,
    DatabaseUnavailableError,
    DiskFullError,
    ForeignDatabaseError,
    NotFoundError,
    StorageError,
)
from storage.library.recordings import get_recording, list_recordings
from storage.library.runs import queue_run
from storage.transcripts.transcripts import save_machine_transcript
from tests.conditions import eventually
from tests.storage.samples import DIALOGUE, add_sample, add_sample_run

ROOT = Path(__file__).parents[3]


def titles(database: Database) -> list[str]:
    with database.reading() as db:
        return [recording.title for recording in list_recordings(db)]


def test_written_data_is_there_after_reopening(database: Database, database_path: Path) -> None:
    with database.transaction() as db:
        add_sample(db, "meeting")
    database.close()

    again = open_database(database_path)

    assert titles(again) == ["meeting"]
    again.close()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("foreign_keys", 1), ("secure_delete", 1)],
)
def test_the_connection_has_the_settings_that_the_program_relies_on(
    database: Database, pragma: str, value: object
) -> None:
    with database.transaction() as db:
        (found,) = db.execute(f"PRAGMA {pragma}").fetchone()

    assert found == value


def test_every_table_checks_its_types(database: Database) -> None:
    with database.reading() as db:
        loose = [
            table.name
            for table in db.tables
            if not table.strict
            # SQLite's own tables
            and not table.name.startswith(("sqlite_sequence", "utterance_search"))
        ]

    assert loose == []


def test_an_exception_rolls_back_the_transaction(database: Database) -> None:
    def fail_half_way() -> None:
        with database.transaction() as db:
            add_sample(db, "first")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()

    assert titles(database) == []


def test_a_row_without_its_parent_is_refused(database: Database) -> None:
    with pytest.raises(StorageError, match="FOREIGN KEY"), database.transaction() as db:
        queue_run(db, "0" * 32, options=())


def test_a_value_outside_the_schema_is_refused(database: Database) -> None:
    with database.transaction() as db:
        run = add_sample_run(db)

    with pytest.raises(StorageError, match="CHECK"), database.transaction() as db:
        db.execute("UPDATE pipeline_runs SET status = 'odd' WHERE id = ?", [run.run_id])


def test_text_that_is_not_unicode_is_refused(database: Database) -> None:
    with pytest.raises(StorageError, match="valid Unicode"), database.transaction() as db:
        db.execute("SELECT ?", ["\ud800"])


def test_two_threads_writing_lose_nothing(database: Database) -> None:
    def write(writer: int) -> None:
        for number in range(25):
            with database.transaction() as db:
                add_sample(db, f"{writer}-{number}")

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(titles(database)) == sorted(f"{w}-{n}" for w in range(2) for n in range(25))


def test_a_reader_never_sees_a_partial_transaction(database: Database, database_path: Path) -> None:
    other = open_database(database_path)

    with database.transaction() as db:
        add_sample(db, "unfinished")
        seen_during = titles(other)

    assert seen_during == []
    assert titles(other) == ["unfinished"]
    other.close()


def test_a_database_of_a_newer_version_is_refused_and_not_changed(
    database: Database, database_path: Path
) -> None:
    with database.transaction() as db:
        db.table("_sqlite_migrations").insert(
            {"migration_set": "speaker_studio", "name": "m0999_future", "applied_at": "2030"}
        )
    database.close()
    before = database_path.read_bytes()

    with pytest.raises(DatabaseTooNewError, match="newer version of Speaker Studio"):
        open_database(database_path)

    assert database_path.read_bytes() == before


def test_a_database_of_another_program_is_refused(database_path: Path) -> None:
    database_path.parent.mkdir()
    with sqlite3.connect(database_path) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.close()

    with pytest.raises(ForeignDatabaseError):
        open_database(database_path)


def test_a_file_that_is_no_database_is_refused_and_not_changed(database_path: Path) -> None:
    database_path.parent.mkdir()
    database_path.write_bytes(b"These are my notes. " * 100)

    with pytest.raises(DatabaseDamagedError, match=r"studio\.sqlite3"):
        open_database(database_path)

    assert database_path.read_bytes() == b"These are my notes. " * 100


def test_a_folder_that_cannot_be_created_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(DatabaseUnavailableError, match="cannot be created"):
        open_database(tmp_path / "file" / "workspace" / "studio.sqlite3")


def test_a_closed_database_is_reported(database: Database) -> None:
    database.close()

    with pytest.raises(StorageError, match="closed"), database.reading():
        pass


def test_a_full_disk_is_reported_and_leaves_the_database_unchanged(database: Database) -> None:
    with database.transaction() as db:
        recording = add_sample(db, "kept")
        run = queue_run(db, recording.recording_id, options=())
    with database.transaction() as db:
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages}").fetchone()

    def fill() -> None:
        for _ in range(200):
            with database.transaction() as db:
                save_machine_transcript(db, run, DIALOGUE)

    with pytest.raises(DiskFullError, match="disk is full"):
        fill()

    with database.transaction() as db:
        db.execute("PRAGMA max_page_count = 1000000").fetchone()
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert get_recording(db, recording.recording_id) == recording
    with database.transaction() as db:
        save_machine_transcript(db, run, DIALOGUE)


def test_an_unknown_id_is_not_found(database: Database) -> None:
    with pytest.raises(NotFoundError), database.reading() as db:
        get_recording(db, "' OR 1=1 --")


WRITER = """
import sys
from pathlib import Path
from storage.db.database import open_database
from storage.transcripts.transcripts import save_machine_transcript
from tests.storage.samples import DIALOGUE, add_sample_run

database = open_database(Path(sys.argv[1]))
for number in range(1_000_000):
    with database.transaction() as rows:
        save_machine_transcript(rows, add_sample_run(rows, str(number)), DIALOGUE)
    print(number, flush=True)
"""


@pytest.mark.parametrize("commits_before", [1, 20])
def test_a_killed_process_loses_no_acknowledged_row(
    database_path: Path, commits_before: int
) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(database_path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert writer.stdout is not None
    acknowledged = [writer.stdout.readline().strip() for _ in range(commits_before)]
    writer.kill()
    acknowledged += writer.stdout.read().split()
    writer.wait()

    database = open_database(database_path)

    stored = set(titles(database))
    assert set(acknowledged) <= stored
    assert (
        len(stored) <= len(acknowledged) + 1
    )  # the transaction that was killed may have been committed
    with database.reading() as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        (halves,) = db.execute(
            "SELECT count(*) FROM recordings WHERE id NOT IN (SELECT recording_id FROM transcripts)"
        ).fetchone()
        assert halves == 0
    database.close()


LOCKER = """
import sys
from pathlib import Path
from storage.db.database import open_database
from tests.storage.samples import add_sample

database = open_database(Path(sys.argv[1]))
with database.transaction() as rows:
    add_sample(rows, "never finished")
    print("inside", flush=True)
    sys.stdin.readline()
"""


def test_a_process_killed_in_a_transaction_leaves_no_rows_and_no_lock(
    database: Database, database_path: Path
) -> None:
    locker = subprocess.Popen(
        [sys.executable, "-c", LOCKER, str(database_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert locker.stdout is not None
    assert locker.stdout.readline() == "inside\n"

    locker.kill()
    locker.communicate()
    with database.transaction() as db:
        add_sample(db, "after")

    eventually(lambda: titles(database) == ["after"])


def test_a_reader_sees_the_old_rows_at_once_while_another_writes(database: Database) -> None:
    with database.transaction() as db:
        add_sample(db)
    is_written, may_commit = threading.Event(), threading.Event()

    def write() -> None:
        with database.transaction() as db:
            db.execute("UPDATE recordings SET title = 'new'")
            is_written.set()
            may_commit.wait(30)

    writer = threading.Thread(target=write)
    writer.start()
    is_written.wait(30)
    before = titles(database)
    may_commit.set()
    writer.join()

    assert before != ["new"]
    assert titles(database) == ["new"]


@pytest.mark.wall_clock
def test_a_long_reader_blocks_no_writer(database: Database) -> None:
    with database.reading() as before:
        before.execute("SELECT count(*) FROM recordings").fetchone()
        with database.transaction() as db:
            add_sample(db)
        outcome: list[bool] = []
        emptying = threading.Thread(target=lambda: outcome.append(database.truncate_wal()))
        emptying.start()
        waits_s = []
        while emptying.is_alive():
            begin_s = time.monotonic()
            with database.transaction() as db:
                db.execute("UPDATE recordings SET notes = notes || '.'")
            waits_s.append(time.monotonic() - begin_s)
        emptying.join()

    assert outcome == [False]
    assert max(waits_s) < 1.0
    assert database.truncate_wal()


def test_a_closed_database_is_not_read(database: Database) -> None:
    with database.reading():
        pass
    database.close()

    with pytest.raises(StorageError), database.reading():
        pass
