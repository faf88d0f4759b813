"""Log of the recordings that transactions change."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from storage.db.connections import connect
from storage.db.database import Connection, Database
from storage.db.hidden_recordings import hide_recording, hide_transcript
from storage.db.records import PipelineRun
from storage.edit_plans.review_status import Verify
from storage.history.edit_history import EditAuthor, plan_undo
from storage.library.metadata import RecordingDetails, describe_recording
from storage.library.recordings import rename_recording, set_audio
from storage.library.runs import begin_run
from storage.library.sharing import claim, release
from storage.statistics.progress import choose_transcript
from storage.transcripts.edit_application import edit, step
from storage.transcripts.transcripts import list_utterances, save_machine_transcript
from tests.storage.samples import DIALOGUE, add_sample, add_sample_run, delete_rows

Change = Callable[[Connection, PipelineRun, str], object]
ANN = EditAuthor("ann")


def verify_first(db: Connection, transcript_id: str) -> None:
    first = list_utterances(db, transcript_id)[0].utterance_id
    edit(db, transcript_id, Verify((first,)), author=ANN)


def rename_and_fail(database: Database, recording_id: str) -> None:
    with database.transaction() as db:
        rename_recording(db, recording_id, "new")
        raise ZeroDivisionError


def insert_second_annotation(db: Connection, run: PipelineRun, transcript_id: str) -> None:
    second = save_machine_transcript(db, run, DIALOGUE).transcript_id
    db.execute(
        "INSERT INTO second_annotations (transcript_id, first_id, starts_from, annotator, "
        "requested_at) VALUES (?, ?, 'machine', 'bo', '')",
        [second, transcript_id],
    )


CHANGES: dict[str, Change] = {
    "title": lambda db, run, _: rename_recording(db, run.recording_id, "new"),
    "tags": lambda db, run, _: describe_recording(
        db, run.recording_id, RecordingDetails(tags=("a",))
    ),
    "audio": lambda db, run, _: set_audio(
        db, run.recording_id, duration_ms=1, review_audio_sha256="a" * 64
    ),
    "claim": lambda db, run, _: claim(db, run.recording_id, "ann"),
    "run": lambda db, run, _: begin_run(db, run.run_id),
    "transcript": lambda db, run, _: save_machine_transcript(db, run, DIALOGUE),
    "choice": lambda db, _, transcript_id: choose_transcript(db, transcript_id),
    "edit": lambda db, _, transcript_id: verify_first(db, transcript_id),
    "second annotation": insert_second_annotation,
    "hidden transcript": lambda db, _, transcript_id: hide_transcript(db, transcript_id),
    "hidden recording": lambda db, run, _: hide_recording(db, run.recording_id),
    "deletion": lambda db, run, _: delete_rows(db, run.recording_id),
}


@pytest.fixture
def run(database: Database) -> PipelineRun:
    with database.transaction() as db:
        add_sample(db, "another")
        return add_sample_run(db)


@pytest.fixture
def transcript_id(database: Database, run: PipelineRun) -> str:
    with database.transaction() as db:
        return save_machine_transcript(db, run, DIALOGUE).transcript_id


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_noted_for_its_recording_alone(
    name: str, database: Database, run: PipelineRun, transcript_id: str
) -> None:
    before = database.changed_recordings(0).number

    with database.transaction() as db:
        CHANGES[name](db, run, transcript_id)

    changed = database.changed_recordings(before)
    assert changed.number > before
    assert changed.ids is not None
    assert run.recording_id in changed.ids
    with database.reading() as db:
        others = {each for (each,) in db.execute("SELECT id FROM recordings WHERE title='another'")}
    assert others
    assert others.isdisjoint(changed.ids)


def test_undo_and_release_are_noted(
    database: Database, run: PipelineRun, transcript_id: str
) -> None:
    with database.transaction() as db:
        verify_first(db, transcript_id)
        claim(db, run.recording_id, "ann")

    for change in (
        lambda db: step(db, transcript_id, plan_undo, author=ANN),
        lambda db: release(db, run.recording_id),
    ):
        before = database.changed_recordings(0).number
        with database.transaction() as db:
            change(db)
        assert database.changed_recordings(before).ids == {run.recording_id}


def test_a_transaction_that_is_rolled_back_changes_nothing(
    database: Database, run: PipelineRun
) -> None:
    before = database.changed_recordings(0)

    with pytest.raises(ZeroDivisionError):
        rename_and_fail(database, run.recording_id)

    assert database.changed_recordings(before.number).ids == frozenset()
    with database.transaction() as db:
        rename_recording(db, run.recording_id, "newer")
    assert database.changed_recordings(before.number).ids == {run.recording_id}


def test_each_reader_gets_the_changes_since_its_own_answer(database: Database) -> None:
    numbers, ids = [database.changed_recordings(0).number], []
    for name in ("a", "b", "c"):
        with database.transaction() as db:
            ids.append(add_sample(db, name).recording_id)
        numbers.append(database.changed_recordings(0).number)

    found = [database.changed_recordings(each).ids for each in numbers]
    assert found == [set(ids), set(ids[1:]), set(ids[2:]), set()]


def test_after_a_commit_of_another_process_any_recording_may_have_changed(
    database: Database, database_path: Path, run: PipelineRun
) -> None:
    before = database.changed_recordings(0).number
    other = Database(connect(database_path), database_path)
    with closing(other), other.transaction() as db:
        rename_recording(db, run.recording_id, "new")

    changed = database.changed_recordings(before)

    assert (changed.ids, changed.number > before) == (None, True)
    assert database.changed_recordings(changed.number).ids == frozenset()
