"""Damaged databases: refusal with a remedy, restore of a backup, recovery of readable rows."""

from __future__ import annotations

import os
import re
import shlex
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.core.transcript import Sentence, SpeakerTurn, Transcript
from storage.command_line import main
from storage.db.database import Database, open_database
from storage.db.errors import BackupError, DatabaseDamagedError, WorkspaceInUseError
from storage.db.recovery.backups import back_up_beside
from storage.db.workspace import locked
from storage.library.recordings import list_recordings
from storage.library.search import index_queue
from storage.maintenance.recover import recover
from storage.maintenance.restore import restore
from storage.maintenance.verify import verify
from storage.statistics.progress import preferred_transcripts
from storage.transcripts.transcripts import (
    head_transcript,
    list_utterances,
    save_machine_transcript,
)
from tests.storage.damaging import leaf_pages, overwrite_leaf_of
from tests.storage.samples import add_sample, add_sample_run

NUM_SENTENCES = 400
LONG = Transcript(
    duration_ms=NUM_SENTENCES * 100,
    language="zh",
    sentences=tuple(
        Sentence(100 * each, 100 * each + 90, f"第{each}句话", (), "S1")
        for each in range(NUM_SENTENCES)
    ),
    turns=(SpeakerTurn(0, NUM_SENTENCES * 100, "S1"),),
)


@pytest.fixture
def workspace(database_path: Path) -> Path:
    return database_path.parent


@pytest.fixture
def filled(database: Database, database_path: Path) -> Path:
    """Return the path of a closed database with a long transcript."""
    with database.transaction() as db:
        save_machine_transcript(db, add_sample_run(db, "long"), LONG)
    index_queue(database, longest_s=60.0)
    database.close()
    return database_path


def titles(path: Path) -> list[str]:
    database = open_database(path)
    with database.reading() as db:
        found = [each.title for each in list_recordings(db)]
    database.close()
    return found


def contents(path: Path) -> set[str]:
    """Return all rows except the times of migrations and the internals of the search index."""
    own = ("_sqlite_migrations", "utterance_search_")
    with closing(sqlite3.connect(path)) as connection:
        return {line for line in connection.iterdump() if not any(each in line for each in own)}


def run(*arguments: str | Path) -> int:
    return main([str(each) for each in arguments], default_workspace=Path("/nowhere"))


def test_a_damaged_database_is_refused_with_repair_commands_and_not_changed(
    filled: Path,
) -> None:
    back_up_beside(filled, occasion="by hand")
    overwrite_leaf_of(filled, "utterances")
    before = filled.read_bytes()

    with pytest.raises(DatabaseDamagedError) as caught:
        open_database(filled)

    assert filled.read_bytes() == before
    assert "backup of 20" in str(caught.value)
    for action in ("restore", "recover"):
        assert f"python -m storage {action} --workspace {shlex.quote(str(filled.parent))}" in str(
            caught.value
        )


def test_the_command_in_the_message_restores_the_backup(
    filled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    back_up_beside(filled, occasion="by hand")
    overwrite_leaf_of(filled, "utterances")
    damaged = filled.read_bytes()
    with pytest.raises(DatabaseDamagedError) as caught:
        open_database(filled)
    found = re.search(r"python -m storage (restore .*?)\. To save", str(caught.value))
    assert found is not None

    status = main(shlex.split(found[1]), default_workspace=Path("/nowhere"))

    assert status == 0
    assert titles(filled) == ["long"]
    (kept,) = filled.parent.glob("backups/set-aside/*/studio.sqlite3")
    assert kept.read_bytes() == damaged
    assert str(kept.parent) in capsys.readouterr().out


def test_rows_around_damage_are_recovered_and_lost_rows_restored_from_the_history(
    filled: Path,
) -> None:
    overwrite_leaf_of(filled, "utterances", number=1)
    damaged = filled.read_bytes()

    recovered = recover(filled.parent)

    database = open_database(filled)
    with database.reading() as db:
        record = preferred_transcripts(db)[list_recordings(db)[0].recording_id]
        found = head_transcript(db, record.transcript_id)
    database.close()
    assert found == LONG
    assert verify(filled.parent) == ()
    assert recovered.kept_in is not None
    assert (recovered.kept_in / filled.name).read_bytes() == damaged


def test_without_its_history_a_transcript_is_recovered_from_its_rows(filled: Path) -> None:
    overwrite_leaf_of(filled, "edits")

    recover(filled.parent)

    database = open_database(filled)
    with database.reading() as db:
        record = preferred_transcripts(db)[list_recordings(db)[0].recording_id]
        assert head_transcript(db, record.transcript_id) == LONG
    database.close()
    assert verify(filled.parent) == ()


def test_readable_rows_are_recovered_if_rows_and_history_are_damaged(filled: Path) -> None:
    num_leaves = len(leaf_pages(filled, "utterances"))
    overwrite_leaf_of(filled, "edits")
    overwrite_leaf_of(filled, "utterances", number=1)

    recover(filled.parent)

    database = open_database(filled)
    with database.reading() as db:
        record = preferred_transcripts(db)[list_recordings(db)[0].recording_id]
        texts = [each.text for each in list_utterances(db, record.transcript_id)]
    database.close()
    assert set(texts) < {sentence.text for sentence in LONG.sentences}
    assert len(texts) > NUM_SENTENCES * (num_leaves - 2) / num_leaves
    assert verify(filled.parent) == ()


def test_an_undamaged_database_is_recovered_completely(filled: Path) -> None:
    before = contents(filled)

    recover(filled.parent)

    assert contents(filled) == before


def test_a_file_that_is_no_database_cannot_be_recovered_and_is_not_changed(
    database_path: Path,
) -> None:
    database_path.parent.mkdir()
    database_path.write_bytes(b"notes" * 1_000)

    with pytest.raises(DatabaseDamagedError, match="Nothing can be read"):
        recover(database_path.parent)

    assert [each.name for each in database_path.parent.iterdir() if each.suffix != ".lock"] == [
        database_path.name
    ]
    assert database_path.read_bytes() == b"notes" * 1_000


def test_restore_sets_aside_the_replaced_database_with_its_log_and_audio(
    database: Database, database_path: Path
) -> None:
    with database.transaction() as db:
        old = add_sample(db, "old")
    back_up_beside(database_path, occasion="by hand")
    with database.transaction() as db:
        new = add_sample(db, "new")
    files = database_path.parent / "recordings"
    for recording in (old, new):
        (files / recording.recording_id).mkdir(parents=True)
        (files / recording.recording_id / "audio.flac").write_bytes(b"audio")

    with closing(
        sqlite3.connect(database_path)
    ):  # keeps the write-ahead log when the database is closed
        restored = restore(database_path.parent)
    database.close()

    assert titles(database_path) == ["old"]
    assert restored.kept_in is not None
    assert sorted(titles(restored.kept_in / database_path.name)) == ["new", "old"]
    assert [each.name for each in files.iterdir()] == [old.recording_id]
    kept_audio = restored.kept_in / "recordings" / new.recording_id / "audio.flac"
    assert kept_audio.read_bytes() == b"audio"


def test_a_damaged_backup_is_never_restored(filled: Path) -> None:
    before = titles(filled)
    backup = back_up_beside(filled, occasion="by hand")
    overwrite_leaf_of(backup.path, "utterances")

    with pytest.raises(BackupError, match="damaged"):
        restore(filled.parent, backup.path)
    with pytest.raises(BackupError, match="no undamaged backup"):
        restore(filled.parent)

    assert titles(filled) == before


def test_a_workspace_in_use_is_neither_restored_nor_recovered(filled: Path) -> None:
    back_up_beside(filled, occasion="by hand")

    with locked(filled.parent):
        for bring_back in (restore, recover):
            with pytest.raises(WorkspaceInUseError, match="already works in"):
                bring_back(filled.parent)


def test_verify_finds_a_damaged_page(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("verify", "--workspace", filled.parent) == 0
    overwrite_leaf_of(filled, "utterances")

    assert run("verify", "--workspace", filled.parent) == 1
    assert capsys.readouterr().out.startswith("no problems found\n")


def test_verify_finds_audio_that_is_missing_or_changed(
    database: Database, database_path: Path
) -> None:
    with database.transaction() as db:
        recording = add_sample(db)
        db.execute("UPDATE recordings SET review_audio_sha256 = ?", ["0" * 64])
    folder = database_path.parent / "recordings" / recording.recording_id

    missing = verify(database_path.parent)
    folder.mkdir(parents=True)
    (folder / "audio.flac").write_bytes(b"other")
    changed = verify(database_path.parent)

    assert "is missing" in missing[0]
    assert "differs from what was stored" in changed[0]


def test_the_command_line_writes_a_backup_to_the_given_file(
    filled: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "elsewhere" / "copy.sqlite3"

    assert run("backup", "--workspace", filled.parent, "--to", target) == 0
    assert str(target) in capsys.readouterr().out
    assert run("restore", "--workspace", tmp_path / "new", "--backup", target) == 0
    assert titles(tmp_path / "new" / "studio.sqlite3") == ["long"]


def test_the_command_line_reports_an_error_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("restore", "--workspace", tmp_path) == 1

    error = capsys.readouterr().err
    assert error.startswith("error: There is no undamaged backup")
    assert error.count("\n") == 1


def test_the_commands_run_as_the_messages_name_them(filled: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "storage", "verify"],
        env={**os.environ, "SPEAKER_STUDIO_WORKSPACE": str(filled.parent)},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "no problems found\n", "")
