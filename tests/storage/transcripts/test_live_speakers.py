"""Tests of live transcripts before their first sentence, and of changed provisional speakers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.core.transcript import Sentence
from storage.db.database import Connection, Database
from storage.db.records import PipelineRun
from storage.edit_plans.boundaries import SplitUtterance
from storage.edit_plans.speakers import AssignSpeaker, MergeSpeakers
from storage.edit_plans.text import CorrectText
from storage.history.edit_history import EditAuthor
from storage.history.replay import verify
from storage.library.live_recordings import add_live_recording, queue_settling
from storage.library.recordings import add_recording, get_recording
from storage.transcripts.edit_application import edit
from storage.transcripts.live_transcript import (
    append_live,
    begin_live,
    change_live_speakers,
    drop_abandoned,
    finalize,
)
from storage.transcripts.transcripts import (
    get_transcript,
    head_transcript,
    list_speakers,
    list_transcripts,
    list_utterances,
)
from tests.storage.transcripts.test_live_transcript import FINAL, FOUND

ANNA = EditAuthor("Anna")
SHA = "ab" * 32


@pytest.fixture
def db(database: Database) -> Iterator[Connection]:
    with database.transaction() as db:
        yield db
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.fixture
def run(db: Connection) -> PipelineRun:
    """The run of a recording that is being made."""
    return add_live_recording(db, title="周会", options=())


@pytest.fixture
def transcript_id(db: Connection, run: PipelineRun) -> str:
    """A live transcript with four sentences of S1, S2, S1 and S3."""
    transcript_id = begin_live(db, run).transcript_id
    append_live(db, run, 0, FOUND)
    return transcript_id


def spoken(db: Connection, transcript_id: str) -> list[tuple[str, str | None]]:
    labels = {each.speaker_id: each.label for each in list_speakers(db, transcript_id)}
    return [
        (each.text, None if each.speaker_id is None else labels[each.speaker_id])
        for each in list_utterances(db, transcript_id)
    ]


def test_a_transcript_begins_once_without_sentences(db: Connection, run: PipelineRun) -> None:
    first = begin_live(db, run)

    assert begin_live(db, run) == first
    assert list_utterances(db, first.transcript_id) == ()
    append_live(db, run, 0, FOUND)
    assert [each.transcript_id for each in list_transcripts(db, run.recording_id)] == [
        first.transcript_id
    ]
    verify(db, first.transcript_id)


def test_speakers_of_unedited_sentences_change(
    db: Connection, run: PipelineRun, transcript_id: str
) -> None:
    change_live_speakers(db, run, {0: "S2", 2: None, 3: "S4"})

    assert spoken(db, transcript_id) == [
        ("一。", "S2"),
        ("二。", "S2"),
        ("三。", None),
        ("四。", "S4"),
    ]
    verify(db, transcript_id)
    append_live(db, run, 4, (Sentence(4_000, 4_500, "五。", (), "S4"),))
    assert spoken(db, transcript_id)[4] == ("五。", "S4")


def test_a_change_to_the_same_speakers_leaves_the_revision(
    db: Connection, run: PipelineRun, transcript_id: str
) -> None:
    before = get_transcript(db, transcript_id).revision

    change_live_speakers(db, run, {0: "S1", 1: "S2"})
    change_live_speakers(db, run, {})
    change_live_speakers(db, run, {9: "S1"})

    assert get_transcript(db, transcript_id).revision == before


def test_sentences_that_people_have_edited_keep_their_speaker(
    db: Connection, run: PipelineRun, transcript_id: str
) -> None:
    rows = list_utterances(db, transcript_id)
    speakers = {each.label: each.speaker_id for each in list_speakers(db, transcript_id)}
    edit(db, transcript_id, AssignSpeaker((rows[0].utterance_id,), speakers["S3"]), author=ANNA)
    edit(db, transcript_id, CorrectText(rows[2].utterance_id, "三三。"), author=ANNA)
    edit(db, transcript_id, SplitUtterance(rows[2].utterance_id, 1), author=ANNA)

    change_live_speakers(db, run, {0: "S2", 1: "S1", 2: "S2"})

    assert spoken(db, transcript_id) == [
        ("一。", "S3"),
        ("二。", "S1"),
        ("三", "S1"),
        ("三。", "S1"),
        ("四。", "S3"),
    ]


def test_a_merged_speaker_stays_merged(
    db: Connection, run: PipelineRun, transcript_id: str
) -> None:
    speakers = {each.label: each.speaker_id for each in list_speakers(db, transcript_id)}
    edit(db, transcript_id, MergeSpeakers((speakers["S2"],), speakers["S1"]), author=ANNA)

    change_live_speakers(db, run, {3: "S2"})

    assert spoken(db, transcript_id)[3] == ("四。", "S1")


def test_after_changes_the_final_transcript_replaces_everything(
    db: Connection, run: PipelineRun, transcript_id: str
) -> None:
    change_live_speakers(db, run, {0: "S4", 1: "S4", 3: None})

    assert finalize(db, run, FINAL).transcript_id == transcript_id
    assert head_transcript(db, transcript_id) == FINAL
    verify(db, transcript_id)


def test_the_run_of_a_live_recording_keeps_its_sentences_when_it_fails(
    db: Connection, run: PipelineRun, transcript_id: str
) -> None:
    db.execute("UPDATE pipeline_runs SET status = 'failed'")

    drop_abandoned(db)

    assert len(list_utterances(db, transcript_id)) == len(FOUND)


def test_the_stored_audio_is_noted_once_per_owner(db: Connection, run: PipelineRun) -> None:
    before = get_recording(db, run.recording_id).audio_sha256
    known = add_recording(db, title="same", source_name="same.wav", audio_sha256=SHA)

    queue_settling(db, run.run_id, audio_sha256=SHA)
    assert get_recording(db, run.recording_id).audio_sha256 == before
    db.execute("DELETE FROM recordings WHERE id = ?", [known.recording_id])
    queue_settling(db, run.run_id, audio_sha256=SHA)
    assert get_recording(db, run.recording_id).audio_sha256 == SHA
