"""Recordings: identified by their audio, listed newest first, renamed, deleted."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.core.transcript import Sentence, Transcript
from storage.db.blobs import REVIEW_AUDIO, BlobStore
from storage.db.database import Database, open_database
from storage.db.errors import NotFoundError
from storage.db.recovery.backups import back_up_beside, is_whole, list_backups
from storage.library.recordings import (
    add_recording,
    get_recording,
    list_recordings,
    rename_recording,
    set_audio,
)
from storage.library.runs import list_runs
from storage.maintenance.purge import delete_recording
from storage.maintenance.restore import restore
from storage.maintenance.verify import verify
from storage.transcripts.transcripts import head_transcript, save_machine_transcript
from tests.storage.samples import DIALOGUE, add_sample, add_sample_run, sha256_of


def test_the_same_audio_gives_the_existing_recording(database: Database) -> None:
    with database.transaction() as db:
        first = add_sample(db, "meeting")

    with database.transaction() as db:
        second = add_recording(
            db, title="another", source_name="b.wav", audio_sha256=sha256_of("meeting")
        )

    assert second == first


def test_the_same_audio_of_two_visitors_is_two_recordings(database: Database) -> None:
    with database.transaction() as db:
        recordings = [add_sample(db, "meeting", owner) for owner in (None, "ann", "bo")]

    assert len({recording.recording_id for recording in recordings}) == 3


def test_the_newest_recording_comes_first(database: Database) -> None:
    with database.transaction() as db:
        for name in ("first", "second", "third"):
            add_sample(db, name)

    with database.reading() as db:
        listed = [recording.title for recording in list_recordings(db)]

    assert listed == ["third", "second", "first"]


def test_a_visitor_sees_their_recordings_and_those_without_owner(database: Database) -> None:
    with database.transaction() as db:
        add_sample(db, "demo")
        add_sample(db, "hers", "ann")
        add_sample(db, "his", "bo")

    with database.reading() as db:
        seen = [recording.title for recording in list_recordings(db, owner="ann")]

    assert seen == ["hers", "demo"]


@pytest.mark.parametrize(
    ("title", "stored"),
    [
        ("  周会\n第一部分 ", "周会 第一部分"),
        ("", "a.wav"),
        ("\x00\x1b[31m", "[31m"),
        ("\u202egpj.exe", "gpj.exe"),
        ("half \ud800 pair", "half pair"),
        ("x" * 500, "x" * 200),
        ("${alert(1)}<b>", "${alert(1)}<b>"),
    ],
)
def test_a_title_is_stored_on_one_line_of_safe_characters(
    database: Database, title: str, stored: str
) -> None:
    with database.transaction() as db:
        recording = add_recording(db, title=title, source_name="a.wav", audio_sha256=sha256_of("a"))

    assert recording.title == stored


def test_renaming_changes_the_title_alone(database: Database) -> None:
    with database.transaction() as db:
        before = add_sample(db, "meeting")
        rename_recording(db, before.recording_id, "board")

    with database.reading() as db:
        after = get_recording(db, before.recording_id)

    assert (after.title, after.source_name) == ("board", "meeting.wav")


def test_a_blank_title_leaves_the_old_one(database: Database) -> None:
    with database.transaction() as db:
        recording = add_sample(db, "meeting")
        renamed = rename_recording(db, recording.recording_id, " \n")

    assert renamed.title == "meeting"


def test_duration_and_hash_of_the_audio_are_stored(database: Database) -> None:
    with database.transaction() as db:
        recording = add_sample(db)
        set_audio(db, recording.recording_id, duration_ms=1, review_audio_sha256="ab")
        set_audio(db, recording.recording_id, duration_ms=9_000, review_audio_sha256=None)

    with database.reading() as db:
        after = get_recording(db, recording.recording_id)

    assert (after.duration_ms, after.review_audio_sha256) == (9_000, "ab")


@pytest.mark.parametrize(
    "act",
    [
        lambda rows: rename_recording(rows, "0" * 32, "x"),
        lambda rows: set_audio(rows, "0" * 32, duration_ms=1, review_audio_sha256=None),
        lambda rows: get_recording(rows, "0" * 32),
    ],
)
def test_an_unknown_recording_is_not_found(database: Database, act) -> None:
    with pytest.raises(NotFoundError), database.transaction() as db:
        act(db)


def test_deleting_removes_rows_and_files_of_that_recording_alone(
    database: Database, blobs: BlobStore
) -> None:
    with database.transaction() as db:
        runs = [add_sample_run(db, name) for name in ("goes", "stays")]
        kept = [save_machine_transcript(db, run, DIALOGUE) for run in runs][1]
    for run in runs:
        blobs.put(run.recording_id, REVIEW_AUDIO, [b"audio"])

    delete_recording(database, blobs, runs[0].recording_id)

    with database.reading() as db:
        assert [each.title for each in list_recordings(db)] == ["stays"]
        assert list_runs(db, runs[0].recording_id) == ()
        assert head_transcript(db, kept.transcript_id) == DIALOGUE
        counts = {table: db.table(table).count for table in ("speakers", "utterances", "turns")}
    assert counts == {"speakers": 3, "utterances": 3, "turns": 3}
    assert not blobs.path_of(runs[0].recording_id, REVIEW_AUDIO).exists()
    assert blobs.path_of(runs[1].recording_id, REVIEW_AUDIO).read_bytes() == b"audio"


def test_deleting_twice_is_refused(database: Database, blobs: BlobStore) -> None:
    with database.transaction() as db:
        recording = add_sample(db)
    delete_recording(database, blobs, recording.recording_id)

    with pytest.raises(NotFoundError):
        delete_recording(database, blobs, recording.recording_id)


def test_deleted_text_is_in_no_file(
    database: Database, blobs: BlobStore, database_path: Path
) -> None:
    secret = "绝密SECRET"
    sentences = tuple(
        Sentence(start, start + 10, f"{secret} {start} " + "字" * (start % 300))
        for start in range(0, 20_000, 10)
    )
    with database.transaction() as db:
        for number in range(3):
            save_machine_transcript(db, add_sample_run(db, f"open {number}"), DIALOGUE)
            doomed = add_sample_run(db, secret)
            save_machine_transcript(db, doomed, Transcript(20_000, "zh", sentences))
    files = [database_path, *database_path.parent.glob("studio.sqlite3-*")]
    assert any(secret.encode() in file.read_bytes() for file in files)

    delete_recording(database, blobs, doomed.recording_id)

    files = [file for file in database_path.parent.rglob("*") if file.is_file()]
    assert [file.name for file in files if secret.encode() in file.read_bytes()] == []


def test_deleted_text_is_in_no_backup_and_in_nothing_set_aside(
    database: Database, blobs: BlobStore, database_path: Path
) -> None:
    secret = "绝密SECRET"
    workspace = database_path.parent
    with database.transaction() as db:
        save_machine_transcript(db, add_sample_run(db, "stays"), DIALOGUE)
        doomed = add_sample_run(db, secret)
        long = Transcript(9_000, "zh", (Sentence(0, 9_000, f"{secret} " + "字" * 5_000),))
        save_machine_transcript(db, doomed, long)
    backup = back_up_beside(database_path, occasion="by hand")
    database.close()
    restore(workspace)
    opened = open_database(database_path)
    holding = [file for file in workspace.rglob("*") if file.is_file()]
    assert len([file for file in holding if secret.encode() in file.read_bytes()]) >= 3

    delete_recording(opened, blobs, doomed.recording_id)

    files = [file for file in workspace.rglob("*") if file.is_file()]
    assert [file.name for file in files if secret.encode() in file.read_bytes()] == []
    assert is_whole(backup.path)
    opened.close()
    restore(workspace, backup.path)
    again = open_database(database_path)
    with again.reading() as db:
        assert [each.title for each in list_recordings(db)] == ["stays"]
    again.close()
    assert verify(workspace) == ()


def test_a_damaged_backup_is_deleted_with_a_recording(
    database: Database, blobs: BlobStore, database_path: Path
) -> None:
    with database.transaction() as db:
        recording = add_sample(db, "secret")
    backup = back_up_beside(database_path, occasion="by hand")
    backup.path.write_bytes(b"damaged secret" * 1_000)

    delete_recording(database, blobs, recording.recording_id)

    assert list_backups(database_path) == ()
