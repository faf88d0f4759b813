"""Totals of runs and edits for monitoring."""

from __future__ import annotations

import pytest

from storage.db.database import Database
from storage.db.hidden_recordings import hide_recording
from storage.db.records import RunStatus
from storage.edit_plans.review_status import Verify
from storage.history.edit_history import EditAuthor
from storage.library.recordings import set_audio
from storage.statistics.activity import activity
from storage.transcripts.edit_application import edit
from storage.transcripts.transcripts import list_utterances, save_machine_transcript
from tests.storage.samples import DIALOGUE, add_sample_run


def test_an_empty_workspace_has_zeros_for_every_state(database: Database) -> None:
    with database.reading() as db:
        found = activity(db)

    assert found.runs == dict.fromkeys(RunStatus, 0)
    assert (found.num_recordings, found.num_edits, found.audio_s, found.work_s) == (0, 0, 0, 0)


def test_finished_runs_give_audio_and_work_and_failed_ones_their_kinds(database: Database) -> None:
    with database.transaction() as db:
        done, failed = add_sample_run(db, "a"), add_sample_run(db, "b")
        add_sample_run(db, "c")
        set_audio(db, done.recording_id, duration_ms=60_000, review_audio_sha256=None)
        db.execute(
            "UPDATE pipeline_runs SET status = 'done', started_at = '2026-01-01T00:00:00.000Z', "
            "finished_at = '2026-01-01T00:00:06.000Z' WHERE id = ?",
            [done.run_id],
        )
        db.execute(
            "UPDATE pipeline_runs SET status = 'failed', error_kind = 'no_speech' WHERE id = ?",
            [failed.run_id],
        )
        found = activity(db)

    assert (found.runs[RunStatus.DONE], found.runs[RunStatus.QUEUED]) == (1, 1)
    assert found.failures == {"no_speech": 1}
    assert found.audio_s == 60
    assert found.work_s == pytest.approx(6, abs=0.01)


def test_the_first_version_of_a_transcript_is_no_edit(database: Database) -> None:
    with database.transaction() as db:
        record = save_machine_transcript(db, add_sample_run(db), DIALOGUE)
        before = activity(db).num_edits
        first = list_utterances(db, record.transcript_id)[0]
        edit(db, record.transcript_id, Verify((first.utterance_id,)), author=EditAuthor("ann"))

        assert (before, activity(db).num_edits) == (0, 1)


def test_recordings_that_are_being_deleted_do_not_count(database: Database) -> None:
    with database.transaction() as db:
        hide_recording(db, add_sample_run(db, "a").recording_id)
        add_sample_run(db, "b")

        assert activity(db).num_recordings == 1
