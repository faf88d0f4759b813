"""Recordings are hidden at once and deleted in steps; others can write in between."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from pipeline.core.transcript import Sentence, Transcript
from storage.db.blobs import REVIEW_AUDIO, BlobStore
from storage.db.database import Database, open_database
from storage.db.errors import NotFoundError
from storage.db.hidden_recordings import hide_recording, list_hidden, removal_steps
from storage.edit_plans.text import CorrectText
from storage.history.edit_history import EditAuthor
from storage.library.recordings import add_recording, get_recording, list_recordings
from storage.library.search import search
from storage.maintenance.purge import delete_recording, finish_removals
from storage.maintenance.recover import recover
from storage.maintenance.verify import verify
from storage.transcripts.edit_application import edit
from storage.transcripts.transcripts import get_transcript, list_utterances, save_machine_transcript
from tests.storage.samples import DIALOGUE, add_sample_run

EVERY_TABLE = (
    *("recordings", "transcripts", "speakers", "utterances", "turns", "edits", "head_moves"),
    *("edited_utterances", "pipeline_runs", "utterance_numbers", "hidden_recordings"),
    "search_queue",
)
LONGEST_WAIT_S = 0.5


@pytest.fixture
def reviewed(database: Database) -> str:
    """Return a recording whose transcript has been edited."""
    with database.transaction() as db:
        run = add_sample_run(db, "reviewed")
        record = save_machine_transcript(db, run, DIALOGUE)
        for number in range(3):
            first = list_utterances(db, record.transcript_id)[0].utterance_id
            request = CorrectText(first, f"secret {number}")
            edit(db, record.transcript_id, request, author=EditAuthor("ann"))
    return run.recording_id


def transcript_ids(database: Database) -> list[str]:
    with database.reading() as db:
        return [each for (each,) in db.execute("SELECT id FROM transcripts")]


def check_invisible(database: Database, recording_id: str, transcript_id: str) -> None:
    with database.reading() as db:
        assert list_recordings(db) == ()
        assert search(db, "secret") == ()
        with pytest.raises(NotFoundError):
            get_recording(db, recording_id)
        with pytest.raises(NotFoundError):
            get_transcript(db, transcript_id)


def test_a_recording_is_hidden_and_the_database_consistent_after_every_step(
    database: Database, blobs: BlobStore, database_path: Path, reviewed: str
) -> None:
    (transcript_id,) = transcript_ids(database)
    with database.transaction() as db:
        hide_recording(db, reviewed)
    with database.reading() as db:
        steps = tuple(removal_steps(db, reviewed))

    for step in steps:
        check_invisible(database, reviewed, transcript_id)
        assert verify(database_path.parent) == ()
        database.in_steps([step])

    with database.reading() as db:
        assert {table: db.table(table).count for table in EVERY_TABLE} == dict.fromkeys(
            EVERY_TABLE, 0
        )


@pytest.mark.parametrize("num_steps", [0, 1, 3, 5, 7])
def test_a_deletion_interrupted_by_a_crash_is_finished(
    database: Database, blobs: BlobStore, reviewed: str, num_steps: int
) -> None:
    blobs.put(reviewed, REVIEW_AUDIO, [b"audio"])
    with database.transaction() as db:
        hide_recording(db, reviewed)
        steps = tuple(removal_steps(db, reviewed))
    database.in_steps(steps[:num_steps])

    finish_removals(database, blobs)

    with database.reading() as db:
        assert {table: db.table(table).count for table in EVERY_TABLE} == dict.fromkeys(
            EVERY_TABLE, 0
        )
    assert not blobs.path_of(reviewed, REVIEW_AUDIO).exists()


@pytest.mark.parametrize("num_steps", [0, 3, 7])
def test_a_hidden_recording_is_not_recovered(
    database: Database, database_path: Path, reviewed: str, num_steps: int
) -> None:
    with database.transaction() as db:
        kept = save_machine_transcript(db, add_sample_run(db, "stays"), DIALOGUE)
        hide_recording(db, reviewed)
        steps = tuple(removal_steps(db, reviewed))
    database.in_steps(steps[:num_steps])
    database.close()

    assert recover(database_path.parent).num_lost_histories == 0

    again = open_database(database_path)
    assert transcript_ids(again) == [kept.transcript_id]
    again.close()


def test_the_same_audio_may_be_added_while_it_is_being_deleted(
    database: Database, reviewed: str
) -> None:
    with database.transaction() as db:
        known = get_recording(db, reviewed)
        hide_recording(db, reviewed)

        again = add_recording(
            db, title="again", source_name="a.wav", audio_sha256=known.audio_sha256
        )

    assert again.recording_id != reviewed
    with database.reading() as db:
        assert list_hidden(db) == (reviewed,)


def longest_wait_beside_deletion_s(
    database: Database, blobs: BlobStore, kept_id: str, transcript: Transcript
) -> float:
    """Delete a new recording and return the longest wait of a concurrent writer."""
    with database.transaction() as db:
        doomed = add_sample_run(db, "goes")
        save_machine_transcript(db, doomed, transcript)
    deletion = threading.Thread(
        target=delete_recording, args=(database, blobs, doomed.recording_id)
    )
    waits_s = []

    deletion.start()
    while deletion.is_alive():
        begin_s = time.monotonic()
        with database.transaction() as db:
            db.execute("UPDATE recordings SET notes = notes || '.' WHERE id = ?", [kept_id])
        waits_s.append(time.monotonic() - begin_s)
        time.sleep(0.005)
    deletion.join()
    return max(waits_s)


@pytest.mark.wall_clock
def test_others_write_while_a_long_recording_is_deleted(
    database: Database, blobs: BlobStore
) -> None:
    transcript = Transcript(
        80_000,
        "zh",
        tuple(
            Sentence(start, start + 10, f"Sentence {start} " + "字" * 20)
            for start in range(0, 80_000, 10)
        ),
    )
    with database.transaction() as db:
        kept = add_sample_run(db, "stays")

    # Other load lengthens single waits: the shortest of three tries counts.
    assert any(
        longest_wait_beside_deletion_s(database, blobs, kept.recording_id, transcript)
        < LONGEST_WAIT_S
        for _ in range(3)
    )

    with database.reading() as db:
        assert [each.title for each in list_recordings(db)] == ["stays"]
        assert db.table("utterances").count == 0
