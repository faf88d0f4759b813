"""Review progress of recordings and their default transcripts."""

from __future__ import annotations

import pytest

from pipeline.core.transcript import Sentence, Transcript
from storage.db.database import Connection, Database
from storage.db.records import PipelineRun, TranscriptRecord
from storage.edit_plans.request import EditRequest
from storage.edit_plans.review_status import Reject, Verify
from storage.edit_plans.text import CorrectText
from storage.history.edit_history import EditAuthor, plan_undo
from storage.statistics.progress import (
    RecordingStatus,
    ReviewProgress,
    choose_transcript,
    preferred_transcript,
    preferred_transcripts,
    review_progress,
)
from storage.transcripts.edit_application import edit, step
from storage.transcripts.transcripts import list_utterances, save_machine_transcript
from tests.storage.samples import DIALOGUE, add_sample_run

ANN = EditAuthor("ann")


@pytest.fixture
def run(database: Database) -> PipelineRun:
    with database.transaction() as db:
        return add_sample_run(db)


def utterance_ids(db: Connection, record: TranscriptRecord) -> tuple[str, ...]:
    return tuple(each.utterance_id for each in list_utterances(db, record.transcript_id))


def apply(db: Connection, record: TranscriptRecord, request: EditRequest) -> None:
    assert edit(db, record.transcript_id, request, author=ANN) is not None


def progress_of(db: Connection, record: TranscriptRecord) -> ReviewProgress:
    return review_progress(db)[record.transcript_id]


def test_a_transcript_goes_from_transcribed_over_review_to_verified(
    database: Database, run: PipelineRun
) -> None:
    with database.transaction() as db:
        record = save_machine_transcript(db, run, DIALOGUE)
        first, second, third = utterance_ids(db, record)
        seen = [progress_of(db, record)]
        for request in (CorrectText(first, "您好。"), Verify((first,)), Reject((second,))):
            apply(db, record, request)
            seen.append(progress_of(db, record))
        apply(db, record, Verify((third,)))
        seen.append(progress_of(db, record))

    assert [(each.status.value, each.percent) for each in seen] == [
        ("transcribed", 0),
        ("in_review", 0),
        ("in_review", 33),
        ("in_review", 50),
        ("verified", 100),
    ]


def test_an_undone_edit_does_not_count(database: Database, run: PipelineRun) -> None:
    with database.transaction() as db:
        record = save_machine_transcript(db, run, DIALOGUE)
        before = progress_of(db, record)
        apply(db, record, Verify(utterance_ids(db, record)))
        step(db, record.transcript_id, plan_undo, author=ANN)

        assert progress_of(db, record) == before


def test_one_hundred_percent_means_all_are_verified(database: Database, run: PipelineRun) -> None:
    sentences = tuple(Sentence(start, start + 1, "字") for start in range(300))
    with database.transaction() as db:
        record = save_machine_transcript(db, run, Transcript(300, "zh", sentences))
        apply(db, record, Verify(utterance_ids(db, record)[:-1]))

        assert (progress_of(db, record).percent, progress_of(db, record).status) == (
            99,
            RecordingStatus.IN_REVIEW,
        )


def test_an_empty_transcript_is_transcribed_with_nothing_to_verify() -> None:
    assert (ReviewProgress().percent, ReviewProgress().status) == (0, RecordingStatus.TRANSCRIBED)


def test_the_newest_transcript_is_the_default_until_one_is_edited(
    database: Database, run: PipelineRun
) -> None:
    with database.transaction() as db:
        reviewed = save_machine_transcript(db, run, DIALOGUE)
        apply(db, reviewed, Verify(utterance_ids(db, reviewed)[:1]))
        other = save_machine_transcript(db, run, DIALOGUE)
        newest = save_machine_transcript(db, run, DIALOGUE)
        meant = [preferred_transcripts(db)]
        apply(db, other, Verify(utterance_ids(db, other)[:1]))
        meant.append(preferred_transcripts(db))
        for record in (other, reviewed):
            step(db, record.transcript_id, plan_undo, author=ANN)
        meant.append(preferred_transcripts(db))

    assert [each[run.recording_id].transcript_id for each in meant] == [
        each.transcript_id for each in (reviewed, other, newest)
    ]


def test_the_chosen_transcript_is_the_default(database: Database, run: PipelineRun) -> None:
    with database.transaction() as db:
        first, second, third = (save_machine_transcript(db, run, DIALOGUE) for _ in range(3))
        apply(db, first, Verify(utterance_ids(db, first)[:1]))
        meant = []
        for record in (second, third):
            choose_transcript(db, record.transcript_id)
            meant.append(preferred_transcript(db, run.recording_id).transcript_id)

    assert meant == [second.transcript_id, third.transcript_id]


def test_a_new_run_does_not_change_reviewed_transcripts(
    database: Database, run: PipelineRun
) -> None:
    with database.transaction() as db:
        reviewed = save_machine_transcript(db, run, DIALOGUE)
        apply(db, reviewed, Verify(utterance_ids(db, reviewed)))
        before = list_utterances(db, reviewed.transcript_id)
        save_machine_transcript(db, run, Transcript(9_000, "en"))

        assert list_utterances(db, reviewed.transcript_id) == before
        assert preferred_transcripts(db)[run.recording_id].transcript_id == (reviewed.transcript_id)
