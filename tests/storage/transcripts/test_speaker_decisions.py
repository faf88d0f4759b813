"""Which utterances people gave a speaker, and which proposals they rejected."""

from __future__ import annotations

import pytest

from pipeline.core.transcript import Sentence, Transcript
from storage.db.database import Database
from storage.edit_plans.request import EditRequest
from storage.edit_plans.review_status import Reject, Verify
from storage.edit_plans.speakers import AddSpeaker, AssignSpeaker, MergeSpeakers
from storage.edit_plans.text import CorrectText, ReplaceText
from storage.history.edit_history import EditAuthor, plan_undo
from storage.transcripts.edit_application import edit, step
from storage.transcripts.speaker_decisions import (
    SpeakerReview,
    decline_speaker,
    declined_speakers,
    speaker_review,
)
from storage.transcripts.transcripts import (
    list_speakers,
    list_utterances,
    save_machine_transcript,
)
from tests.storage.samples import add_sample_run, delete_rows

TALK = Transcript(
    9_000,
    "zh",
    tuple(Sentence(i * 1_000, i * 1_000 + 900, f"第{i}句", (), f"S{i % 3 + 1}") for i in range(6)),
)


class Review:
    """A stored transcript, whose utterances are called 0 to 5."""

    def __init__(self, database: Database, name: str = "meeting") -> None:
        self.database = database
        with database.transaction() as db:
            run = add_sample_run(db, name)
            self.recording_id = run.recording_id
            self.transcript_id = save_machine_transcript(db, run, TALK).transcript_id
            self.ids = [each.utterance_id for each in list_utterances(db, self.transcript_id)]
            self.speakers = [each.speaker_id for each in list_speakers(db, self.transcript_id)]

    def edit(self, request: EditRequest) -> None:
        with self.database.transaction() as db:
            edit(db, self.transcript_id, request, author=EditAuthor("Anna"))

    def numbers(self) -> tuple[list[int], list[int]]:
        with self.database.reading() as db:
            found: SpeakerReview = speaker_review(db, self.transcript_id)
        return (
            sorted(self.ids.index(each) for each in found.decided),
            sorted(self.ids.index(each) for each in found.touched),
        )


@pytest.fixture
def review(database: Database) -> Review:
    return Review(database)


def test_given_and_verified_speakers_are_decided_and_other_edits_only_touch(review: Review) -> None:
    review.edit(AssignSpeaker((review.ids[0],), review.speakers[1]))
    review.edit(AddSpeaker((review.ids[1],)))
    review.edit(Verify((review.ids[2],)))
    review.edit(Reject((review.ids[3],)))
    review.edit(CorrectText(review.ids[4], "另一句"))

    assert review.numbers() == ([0, 1, 2], [0, 1, 2, 3, 4])


def test_edits_of_many_sentences_at_once_leave_them_open(review: Review) -> None:
    review.edit(MergeSpeakers((review.speakers[1],), review.speakers[0]))
    review.edit(ReplaceText("句", "段"))

    assert review.numbers() == ([], [])


def test_an_undone_decision_does_not_count(review: Review) -> None:
    review.edit(AssignSpeaker((review.ids[0],), review.speakers[1]))
    with review.database.transaction() as db:
        step(db, review.transcript_id, plan_undo, author=EditAuthor("Anna"))

    assert review.numbers() == ([], [])


def test_a_rejected_proposal_is_kept_once_and_only_for_rows_of_the_transcript(
    review: Review,
) -> None:
    other = Review(review.database, "another")
    with review.database.transaction() as db:
        for _ in range(2):
            decline_speaker(
                db,
                review.transcript_id,
                [review.ids[0], other.ids[1], "0" * 32],
                review.speakers[2],
                declined_by="Anna",
            )
        decline_speaker(
            db, review.transcript_id, [review.ids[3]], other.speakers[0], declined_by=""
        )

        assert declined_speakers(db, review.transcript_id) == {(review.ids[0], review.speakers[2])}


def test_rejected_proposals_are_deleted_with_the_recording(review: Review) -> None:
    with review.database.transaction() as db:
        decline_speaker(
            db, review.transcript_id, review.ids, review.speakers[0], declined_by="Anna"
        )
        delete_rows(db, review.recording_id)

        assert list(db.query("SELECT * FROM declined_speakers")) == []
