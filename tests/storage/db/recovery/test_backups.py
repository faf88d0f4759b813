"""Backups: written while the database is in use and before every migration, never partial."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage.db.connections import connect
from storage.db.database import Database, bring_up_to_date, open_database
from storage.db.errors import BackupError, DiskFullError
from storage.db.recovery import backups as backups_module
from storage.db.recovery.backups import (
    back_up,
    back_up_beside,
    is_whole,
    list_backups,
    newest_good_backup,
)
from storage.db.schema.migrations import SCHEMA
from storage.library.recordings import list_recordings
from tests.storage.damaging import overwrite_leaf_of
from tests.storage.samples import add_sample
from tests.storage.tiny_disk import tiny_disk

OLDEST = Path(__file__).parents[3] / "data" / "schema_0001.sqlite3"


def titles(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {title for (title,) in connection.execute("SELECT title FROM recordings")}


def steps(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM _sqlite_migrations")]


@pytest.fixture
def old_path(tmp_path: Path) -> Path:
    return Path(shutil.copy(OLDEST, tmp_path / "studio.sqlite3"))


def test_a_backup_contains_what_was_committed_before_it(
    database: Database, database_path: Path
) -> None:
    with database.transaction() as db:
        add_sample(db, "before")

    backup = back_up_beside(database_path, occasion="by hand")
    with database.transaction() as db:
        add_sample(db, "after")

    assert titles(backup.path) == {"before"}
    assert list_backups(database_path) == (backup,)


def test_a_backup_during_concurrent_writes_is_consistent(
    database: Database, database_path: Path
) -> None:
    stop = threading.Event()

    def write(writer: int) -> None:
        own = open_database(database_path)
        number = 0
        while not stop.is_set():
            with own.transaction() as db:  # both or neither
                add_sample(db, f"{writer}-{number}-first")
                add_sample(db, f"{writer}-{number}-second")
            number += 1
        own.close()

    writers = [threading.Thread(target=write, args=(writer,)) for writer in range(2)]
    for thread in writers:
        thread.start()
    made = [back_up_beside(database_path, occasion="busy") for _ in range(5)]
    stop.set()
    for thread in writers:
        thread.join()

    for backup in made:
        assert is_whole(backup.path)
        found = titles(backup.path)
        assert {title.rsplit("-", 1)[0] + "-second" for title in found} <= found


def test_the_oldest_backups_are_deleted(database: Database, database_path: Path) -> None:
    made = [back_up_beside(database_path, occasion="by hand") for _ in range(12)]

    assert list_backups(database_path) == tuple(reversed(made))[: backups_module.KEPT_BACKUPS]


def test_deleted_data_is_not_in_a_later_backup(database: Database, database_path: Path) -> None:
    with database.transaction() as db:
        add_sample(db, "SECRETNAME")
        db.execute("DELETE FROM recordings")

    backup = back_up_beside(database_path, occasion="by hand")

    assert b"SECRETNAME" not in backup.path.read_bytes()


def test_a_backup_never_overwrites_the_database(database: Database, database_path: Path) -> None:
    with pytest.raises(BackupError, match="database itself"):
        back_up(database_path, database_path)


def test_a_backup_of_a_missing_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="no database"):
        back_up(tmp_path / "studio.sqlite3", tmp_path / "copy.sqlite3")

    assert list(tmp_path.iterdir()) == []


def test_a_backup_without_room_is_reported_and_leaves_no_partial_file(
    database: Database, database_path: Path, tmp_path: Path
) -> None:
    with database.transaction() as db:
        for number in range(200):
            add_sample(db, f"{number} " + "长" * 190)

    with tiny_disk(tmp_path / "disk") as disk:
        with pytest.raises(DiskFullError, match="no room for the backup"):
            back_up(database_path, disk / "copy.sqlite3")
        left = list(disk.iterdir())

    assert left == []
    assert len(titles(database_path)) == 200


def test_the_newest_undamaged_backup_is_found(database: Database, database_path: Path) -> None:
    with database.transaction() as db:
        for number in range(100):
            add_sample(db, f"{number}")
    good = back_up_beside(database_path, occasion="good")
    bad = back_up_beside(database_path, occasion="bad")
    overwrite_leaf_of(bad.path, "recordings")

    assert newest_good_backup(database_path) == good


def test_an_old_database_is_backed_up_as_it_was_before_it_is_migrated(old_path: Path) -> None:
    before = titles(old_path)

    open_database(old_path).close()

    (backup,) = list_backups(old_path)
    assert "before-m0002" in backup.path.name
    assert steps(backup.path) == ["m0001_initial"]
    assert titles(backup.path) == before


def test_a_new_database_and_one_of_this_version_need_no_backup(
    database: Database, database_path: Path
) -> None:
    open_database(database_path).close()

    assert list_backups(database_path) == ()


@pytest.fixture
def full_old_database(old_path: Path) -> Iterator[Database]:
    """Return a database of the oldest version that cannot grow."""
    connection = connect(old_path)
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}").fetchone()
    database = Database(connection, old_path)
    yield database
    database.close()


def test_a_full_disk_during_a_migration_leaves_the_database_unchanged(
    full_old_database: Database, old_path: Path
) -> None:
    before = titles(old_path)

    with pytest.raises(DiskFullError, match="disk is full"):
        bring_up_to_date(full_old_database)

    assert steps(old_path) == ["m0001_initial"]
    assert titles(old_path) == before
    assert is_whole(old_path)
    assert list_backups(old_path) == ()  # it would contain no more than the database


def test_a_migration_that_was_refused_succeeds_once_there_is_room(
    full_old_database: Database, old_path: Path
) -> None:
    with pytest.raises(DiskFullError):
        bring_up_to_date(full_old_database)
    full_old_database.close()

    database = open_database(old_path)

    with database.reading() as db:
        assert SCHEMA.pending(db) == []
        assert len(list_recordings(db)) == len(titles(old_path))
    database.close()


def test_a_disk_without_room_for_the_backup_stops_the_migration_before_it_begins(
    tmp_path: Path,
) -> None:
    room = (
        2 * OLDEST.stat().st_size // 1_024 + 8
    )  # enough for the database and its log, but not for a copy
    with tiny_disk(tmp_path / "disk", kilobytes=room) as disk:
        path = Path(shutil.copy(OLDEST, disk / "studio.sqlite3"))

        with pytest.raises(DiskFullError, match="no room for the backup"):
            open_database(path)

        assert steps(path) == ["m0001_initial"]
        assert is_whole(path)
