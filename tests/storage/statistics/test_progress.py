"""Where a recording is on its way to being verified, and which of its transcripts is meant."""

from __future__ import annotations

import pytest

from pipeline.core.transcript import Sentence, Transcript
from storage.db.database import Database, Rows
from storage.db.records import PipelineRun, TranscriptRecord
from storage.edits.request import EditRequest
from storage.edits.review_status import Reject, Verify
from storage.edits.text import CorrectText
from storage.history.edit_history import Signature
from storage.statistics.progress import (
    RecordingStatus,
    ReviewProgress,
    choose_transcript,
    preferred_transcript,
    preferred_transcripts,
    review_progress,
)
from storage.transcripts.edit_commands import edit, undo_last
from storage.transcripts.transcripts import list_utterances, save_machine_transcript
from tests.storage.samples import DIALOGUE, add_sample_run

ANN = Signature("ann")


@pytest.fixture
def run(database: Database) -> PipelineRun:
    with database.transaction() as rows:
        return add_sample_run(rows)


def utterance_ids(rows: Rows, record: TranscriptRecord) -> tuple[str, ...]:
    return tuple(each.utterance_id for each in list_utterances(rows, record.transcript_id))


def apply(rows: Rows, record: TranscriptRecord, request: EditRequest) -> None:
    assert edit(rows, record.transcript_id, request, signature=ANN) is not None


def progress_of(rows: Rows, record: TranscriptRecord) -> ReviewProgress:
    return review_progress(rows)[record.transcript_id]


def test_a_transcript_goes_from_transcribed_over_review_to_verified(
    database: Database, run: PipelineRun
) -> None:
    with database.transaction() as rows:
        record = save_machine_transcript(rows, run, DIALOGUE)
        first, second, third = utterance_ids(rows, record)
        seen = [progress_of(rows, record)]
        for request in (CorrectText(first, "您好。"), Verify((first,)), Reject((second,))):
            apply(rows, record, request)
            seen.append(progress_of(rows, record))
        apply(rows, record, Verify((third,)))
        seen.append(progress_of(rows, record))

    assert [(each.status.value, each.percent) for each in seen] == [
        ("transcribed", 0),
        ("in_review", 0),
        ("in_review", 33),
        ("in_review", 50),
        ("verified", 100),
    ]


def test_what_is_taken_back_counts_no_more(database: Database, run: PipelineRun) -> None:
    with database.transaction() as rows:
        record = save_machine_transcript(rows, run, DIALOGUE)
        before = progress_of(rows, record)
        apply(rows, record, Verify(utterance_ids(rows, record)))
        undo_last(rows, record.transcript_id, signature=ANN)

        assert progress_of(rows, record) == before


def test_a_hundred_per_cent_means_every_last_one(database: Database, run: PipelineRun) -> None:
    sentences = tuple(Sentence(start, start + 1, "字") for start in range(300))
    with database.transaction() as rows:
        record = save_machine_transcript(rows, run, Transcript(300, "zh", sentences))
        apply(rows, record, Verify(utterance_ids(rows, record)[:-1]))

        assert (progress_of(rows, record).percent, progress_of(rows, record).status) == (
            99,
            RecordingStatus.IN_REVIEW,
        )


def test_silence_has_been_transcribed_and_there_is_nothing_to_verify() -> None:
    assert (ReviewProgress().percent, ReviewProgress().status) == (0, RecordingStatus.TRANSCRIBED)


def test_the_newest_transcript_is_meant_until_somebody_works_on_one(
    database: Database, run: PipelineRun
) -> None:
    with database.transaction() as rows:
        reviewed = save_machine_transcript(rows, run, DIALOGUE)
        apply(rows, reviewed, Verify(utterance_ids(rows, reviewed)[:1]))
        other = save_machine_transcript(rows, run, DIALOGUE)
        newest = save_machine_transcript(rows, run, DIALOGUE)
        meant = [preferred_transcripts(rows)]
        apply(rows, other, Verify(utterance_ids(rows, other)[:1]))
        meant.append(preferred_transcripts(rows))
        for record in (other, reviewed):
            undo_last(rows, record.transcript_id, signature=ANN)
        meant.append(preferred_transcripts(rows))

    assert [each[run.recording_id].transcript_id for each in meant] == [
        each.transcript_id for each in (reviewed, other, newest)
    ]


def test_the_transcript_that_somebody_chose_is_meant(database: Database, run: PipelineRun) -> None:
    with database.transaction() as rows:
        first, second, third = (save_machine_transcript(rows, run, DIALOGUE) for _ in range(3))
        apply(rows, first, Verify(utterance_ids(rows, first)[:1]))
        meant = []
        for record in (second, third):
            choose_transcript(rows, record.transcript_id)
            meant.append(preferred_transcript(rows, run.recording_id).transcript_id)

    assert meant == [second.transcript_id, third.transcript_id]


def test_a_machine_run_leaves_reviewed_work_as_it_is(database: Database, run: PipelineRun) -> None:
    with database.transaction() as rows:
        reviewed = save_machine_transcript(rows, run, DIALOGUE)
        apply(rows, reviewed, Verify(utterance_ids(rows, reviewed)))
        before = list_utterances(rows, reviewed.transcript_id)
        save_machine_transcript(rows, run, Transcript(9_000, "en"))

        assert list_utterances(rows, reviewed.transcript_id) == before
        assert preferred_transcripts(rows)[run.recording_id].transcript_id == (
            reviewed.transcript_id
        )
