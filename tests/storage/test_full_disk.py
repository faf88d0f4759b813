"""A full disk gives a clear message and leaves the database unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.formats.importing import import_transcript
from storage.db.blobs import REVIEW_AUDIO, BlobStore
from storage.db.database import Database, open_database
from storage.db.errors import BackupError, DiskFullError
from storage.db.recovery.integrity import find_damage
from storage.db.schema.search_index import find_index_damage
from storage.edit_plans.text import CorrectText
from storage.history.edit_history import EditAuthor
from storage.history.replay import verify
from storage.importing.imports import ImportSource, import_as_corrections, import_as_transcript
from storage.library.metadata import RecordingDetails, describe_recording
from storage.library.recordings import list_recordings
from storage.maintenance.restore import restore
from storage.transcripts.edit_application import edit
from storage.transcripts.transcripts import (
    get_transcript,
    head_transcript,
    list_transcripts,
    list_utterances,
    save_machine_transcript,
)
from tests.storage.samples import DIALOGUE, add_sample, add_sample_run
from tests.storage.tiny_disk import tiny_disk


@contextmanager
def full_disk(database: Database) -> Iterator[None]:
    """Keep the database from growing by a page inside the block."""
    with database.transaction() as db:
        (pages,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages}").fetchone()
    yield
    with database.transaction() as db:
        db.execute("PRAGMA max_page_count = 1000000").fetchone()


@pytest.fixture
def transcript_id(database: Database) -> str:
    with database.transaction() as db:
        return save_machine_transcript(db, add_sample_run(db), DIALOGUE).transcript_id


def correct(database: Database, transcript_id: str, text: str, *, client_edit_id: str) -> None:
    with database.transaction() as db:
        utterance = list_utterances(db, transcript_id)[0]
        request = CorrectText(utterance.utterance_id, text)
        edit(db, transcript_id, request, author=EditAuthor("ann", client_edit_id))


def assert_as_before(database: Database, transcript_id: str) -> None:
    with database.transaction() as db:
        assert head_transcript(db, transcript_id) == DIALOGUE
        assert verify(db, transcript_id) == ()
        assert find_damage(db.conn) == ()
        assert find_index_damage(db.conn) == ()


def test_an_edit_without_room_leaves_the_transcript_and_can_be_made_later(
    database: Database, transcript_id: str
) -> None:
    text = "很长的一句话" * 300

    def correct_on_and_on() -> None:
        for number in range(1_000):
            correct(database, transcript_id, f"{number}{text}", client_edit_id=str(number))

    with full_disk(database), pytest.raises(DiskFullError, match="nothing there was lost"):
        correct_on_and_on()

    with database.reading() as db:
        kept = list_utterances(db, transcript_id)[0].text
        assert verify(db, transcript_id) == ()
        assert find_damage(db.conn) == ()
    correct(database, transcript_id, "改好了", client_edit_id="later")
    with database.reading() as db:
        assert kept != "改好了"
        assert list_utterances(db, transcript_id)[0].text == "改好了"
    with database.transaction() as db:
        assert find_index_damage(db.conn) == ()


def test_a_transcript_without_room_is_not_partially_stored(
    database: Database, transcript_id: str
) -> None:
    with database.transaction() as db:
        run = add_sample_run(db, "second")

    def save_many() -> None:
        with database.transaction() as db:
            for _ in range(1_000):
                save_machine_transcript(db, run, DIALOGUE)

    with full_disk(database), pytest.raises(DiskFullError):
        save_many()

    with database.reading() as db:
        assert db.execute("SELECT count(*) FROM transcripts").fetchone() == (1,)
    assert_as_before(database, transcript_id)


def long_subtitles(num_cues: int) -> bytes:
    cues = (
        f"{i + 1}\n00:00:{i // 1000:02},{i % 1000:03} --> 00:00:08,000\n很长的一句话，第 {i} 句\n"
        for i in range(num_cues)
    )
    return "\n".join(cues).encode()


@pytest.mark.parametrize("as_corrections", [False, True])
def test_an_import_without_room_changes_nothing(
    database: Database, transcript_id: str, as_corrections: bool
) -> None:
    imported = import_transcript(long_subtitles(5_000), "srt", duration_ms=9_000)
    source, author = ImportSource("srt", "long.srt"), EditAuthor("ann", "import")
    with database.reading() as db:
        recording_id = get_transcript(db, transcript_id).recording_id

    def bring_in() -> None:
        with database.transaction() as db:
            if as_corrections:
                import_as_corrections(db, transcript_id, imported, source=source, author=author)
            else:
                import_as_transcript(db, recording_id, imported, source=source, author=author)

    with full_disk(database), pytest.raises(DiskFullError, match="nothing there was lost"):
        bring_in()

    with database.reading() as db:
        assert len(list_transcripts(db, recording_id)) == 1
    assert_as_before(database, transcript_id)


def test_notes_without_room_keep_the_old_ones(database: Database, transcript_id: str) -> None:
    with database.transaction() as db:
        recording_id = add_sample_run(db).recording_id
        describe_recording(db, recording_id, RecordingDetails(notes="旧"))

    def describe_many() -> None:
        with database.transaction() as db:
            for number in range(1_000):
                run = add_sample_run(db, f"{number}")
                details = RecordingDetails(notes="长" * 9_000)
                describe_recording(db, run.recording_id, details)

    with full_disk(database), pytest.raises(DiskFullError):
        describe_many()

    with database.reading() as db:
        assert db.execute("SELECT notes FROM recordings").fetchall() == [("旧",)]
    assert_as_before(database, transcript_id)


def test_a_file_without_room_keeps_the_old_one_and_leaves_no_partial_file(tmp_path: Path) -> None:
    recording_id = "a" * 32
    with tiny_disk(tmp_path / "disk", kilobytes=256) as disk:
        blobs = BlobStore(disk)
        blobs.put(recording_id, REVIEW_AUDIO, [b"old"])

        with pytest.raises(DiskFullError, match="was not saved"):
            blobs.put(recording_id, REVIEW_AUDIO, [b"\0" * 4_096] * 1_000)

        assert [(each.name, each.read_bytes()) for each in (disk / recording_id).iterdir()] == [
            (REVIEW_AUDIO, b"old")
        ]


def test_a_restore_without_room_keeps_the_database(tmp_path: Path) -> None:
    with tiny_disk(tmp_path / "disk", kilobytes=1_024) as disk:
        database = open_database(disk / "studio.sqlite3")
        with database.transaction() as db:
            add_sample(db, "here")
        database.close()
        other = open_database(tmp_path / "other" / "studio.sqlite3")
        with other.transaction() as db:
            for number in range(300):
                recording_id = add_sample(db, f"{number}").recording_id
                describe_recording(db, recording_id, RecordingDetails(notes="长" * 2_000))
        other.close()

        with pytest.raises(BackupError, match="cannot be restored"):
            restore(disk, tmp_path / "other" / "studio.sqlite3")

        database = open_database(disk / "studio.sqlite3")
        with database.reading() as db:
            assert [each.title for each in list_recordings(db)] == ["here"]
        database.close()
