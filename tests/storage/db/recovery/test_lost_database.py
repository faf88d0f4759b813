"""An empty or missing database beside recordings or backups is refused with a remedy."""

from __future__ import annotations

import shlex
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.command_line import main
from storage.db.database import Database, open_database
from storage.db.errors import BackupError, DatabaseDamagedError
from storage.db.recovery.backups import back_up_beside, list_backups
from storage.library.recordings import list_recordings
from storage.maintenance.verify import verify
from tests.storage.samples import add_sample

AUDIO = "recordings/" + "a" * 32 + "/audio.flac"


def lose(path: Path, how: str) -> None:
    path.unlink(missing_ok=True)
    if how == "empty":
        path.touch()
    elif how == "without tables":
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")


def add_audio(workspace: Path) -> Path:
    audio = workspace / AUDIO
    audio.parent.mkdir(parents=True)
    audio.write_bytes(b"sound")
    return audio


def command_in(error: DatabaseDamagedError, action: str) -> list[str]:
    """Return the arguments of the command in a message."""
    start = str(error).index(f"python -m storage {action}")
    return shlex.split(str(error)[start:].split(". To ")[0])[3:]


def run(arguments: list[str]) -> int:
    return main(arguments, default_workspace=Path("/nowhere"))


@pytest.mark.parametrize("how", ["missing", "empty", "without tables"])
def test_a_lost_database_with_a_backup_is_refused_and_restored_by_the_named_command(
    database: Database, database_path: Path, how: str
) -> None:
    with database.transaction() as db:
        add_sample(db, "kept")
    back_up_beside(database_path, occasion="by hand")
    database.close()
    lose(database_path, how)
    before = database_path.read_bytes() if database_path.exists() else None

    with pytest.raises(DatabaseDamagedError, match="nothing was changed") as refused:
        open_database(database_path)
    assert (database_path.read_bytes() if database_path.exists() else None) == before
    assert run(command_in(refused.value, "restore")) == 0

    again = open_database(database_path)
    with again.reading() as db:
        assert [each.title for each in list_recordings(db)] == ["kept"]
    again.close()


@pytest.mark.parametrize("how", ["missing", "empty", "without tables"])
def test_a_lost_database_without_backup_is_refused_and_the_named_command_keeps_the_audio(
    database_path: Path, how: str
) -> None:
    audio = add_audio(database_path.parent)
    lose(database_path, how)

    with pytest.raises(DatabaseDamagedError, match="no undamaged backup of it") as refused:
        open_database(database_path)
    assert audio.read_bytes() == b"sound"
    assert run(command_in(refused.value, "recover")) == 0

    open_database(database_path).close()
    (kept,) = database_path.parent.glob(f"backups/set-aside/*/{AUDIO}")
    assert kept.read_bytes() == b"sound"
    assert verify(database_path.parent) == ()


def test_the_log_beside_an_empty_database_is_not_deleted(
    database_path: Path,
) -> None:
    add_audio(database_path.parent)
    database_path.touch()
    log = database_path.with_name(f"{database_path.name}-wal")
    log.write_bytes(b"pages that were written")

    with pytest.raises(DatabaseDamagedError):
        open_database(database_path)
    with pytest.raises(DatabaseDamagedError):
        verify(database_path.parent)

    assert log.read_bytes() == b"pages that were written"


@pytest.mark.parametrize("how", ["missing", "empty", "without tables"])
def test_a_workspace_without_recordings_and_backups_starts_as_a_new_one(
    database_path: Path, how: str
) -> None:
    database_path.parent.mkdir()
    (database_path.parent / "recordings").mkdir()
    lose(database_path, how)

    open_database(database_path).close()


def test_an_empty_database_is_neither_backed_up_nor_recovered_over_a_backup(
    database: Database, database_path: Path
) -> None:
    good = back_up_beside(database_path, occasion="by hand")
    database.close()
    lose(database_path, "empty")

    with pytest.raises(BackupError, match="is empty"):
        back_up_beside(database_path, occasion="by hand")

    assert list_backups(database_path) == (good,)
    assert run(["recover", "--workspace", str(database_path.parent)]) == 1
    assert database_path.stat().st_size == 0
    assert run(["verify", "--workspace", str(database_path.parent)]) == 1


def test_an_empty_backup_of_an_earlier_version_is_skipped(
    database: Database, database_path: Path
) -> None:
    good = back_up_beside(database_path, occasion="by hand")
    database.close()
    (good.path.parent / "studio-29990101T000000000000Z-by-hand.sqlite3").touch()
    lose(database_path, "empty")

    assert run(["restore", "--workspace", str(database_path.parent)]) == 0

    open_database(database_path).close()
    assert database_path.stat().st_size > 0
