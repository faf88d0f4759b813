"""Copies of recordings for other owners."""

from __future__ import annotations

import os

import pytest

from pipeline.core.provenance import Provenance
from storage.db.blobs import PEAKS, REVIEW_AUDIO, BlobStore, evidence_name
from storage.db.database import Connection, Database
from storage.db.errors import EditRefusedError
from storage.db.records import TranscriptRecord
from storage.edit_plans.review_status import Verify
from storage.edit_plans.speakers import RenameSpeaker
from storage.edit_plans.text import CorrectText
from storage.history.edit_history import EditAuthor, plan_undo
from storage.history.live_log import original_rows
from storage.history.replay import verify
from storage.library.metadata import RecordingDetails, describe_recording, tags_of_recordings
from storage.library.recordings import get_recording, set_audio
from storage.library.runs import complete_run, list_runs, queue_run
from storage.maintenance.purge import delete_recording
from storage.statistics.progress import choose_transcript, preferred_transcript
from storage.transcripts.copying import copy_recording
from storage.transcripts.edit_application import edit, step
from storage.transcripts.transcripts import (
    head_transcript,
    list_speakers,
    list_transcripts,
    list_utterances,
    save_machine_transcript,
    utterance_tokens,
)
from tests.storage.samples import DIALOGUE, add_sample

ANNA = EditAuthor("Anna")
AUDIO = "0" * 64


def add_transcript(db: Connection, recording_id: str) -> TranscriptRecord:
    run = queue_run(db, recording_id, options=(("speakers", "auto"),))
    complete_run(db, run.run_id, Provenance(), stage_seconds=(), evidence_sha256=None)
    return save_machine_transcript(db, run, DIALOGUE)


@pytest.fixture
def recording_id(database: Database, blobs: BlobStore) -> str:
    """A recording with a reviewed and a newer machine transcript, of which the first is chosen."""
    with database.transaction() as db:
        recording_id = add_sample(db).recording_id
        set_audio(db, recording_id, duration_ms=9_000, review_audio_sha256=AUDIO)
        details = RecordingDetails(tags=("重点",), language="zh", notes="两行\n备注")
        describe_recording(db, recording_id, details)
        reviewed, _ = (add_transcript(db, recording_id) for _ in range(2))
        first, second, third = list_utterances(db, reviewed.transcript_id)
        speaker = list_speakers(db, reviewed.transcript_id)[0]
        for request in (
            CorrectText(first.utterance_id, "您好。"),
            RenameSpeaker(speaker.speaker_id, "主持人"),
            Verify((first.utterance_id, second.utterance_id)),
            Verify((third.utterance_id,)),
        ):
            edit(db, reviewed.transcript_id, request, author=ANNA)
        step(db, reviewed.transcript_id, plan_undo, author=ANNA)
        choose_transcript(db, reviewed.transcript_id)
        for name in (REVIEW_AUDIO, PEAKS, evidence_name(list_runs(db, recording_id)[0].run_id)):
            path = blobs.path_of(recording_id, name)
            blobs.put(recording_id, name, [name.encode()])
            path.chmod(0o600)
        blobs.put(recording_id, "upload.mp3", [b"upload"])
    return recording_id


def copied(database: Database, blobs: BlobStore, recording_id: str, owner: str = "bo") -> str:
    with database.transaction() as db:
        return copy_recording(db, blobs, recording_id, owner=owner, title="副本").recording_id


def test_a_copy_has_the_transcripts_edits_and_details_under_new_ids(
    database: Database, blobs: BlobStore, recording_id: str
) -> None:
    copy_id = copied(database, blobs, recording_id)

    with database.reading() as db:
        copy = get_recording(db, copy_id)
        assert (copy.title, copy.owner, copy.notes) == ("副本", "bo", "两行\n备注")
        assert (copy.duration_ms, copy.review_audio_sha256) == (9_000, AUDIO)
        assert tags_of_recordings(db)[copy_id] == ("重点",)
        pairs = list(
            zip(list_transcripts(db, recording_id), list_transcripts(db, copy_id), strict=True)
        )
        assert len(pairs) == 2
        for source, target in pairs:
            before, after = source.transcript_id, target.transcript_id
            assert verify(db, after) == ()
            assert head_transcript(db, after) == head_transcript(db, before)
            assert [each.text for each in original_rows(db, after).utterances] == [
                each.text for each in original_rows(db, before).utterances
            ]
            assert not utterance_tokens(db, after).keys() & utterance_tokens(db, before).keys()
        chosen = preferred_transcript(db, copy_id).transcript_id
        utterances = list_utterances(db, chosen)
        assert [each.text for each in utterances] == ["您好。", "Hello there.", "谁？"]
        assert [each.status.value for each in utterances] == ["verified", "verified", "machine"]
        assert [each.reviewed_by for each in utterances] == ["Anna", "Anna", None]
        assert list_speakers(db, chosen)[0].display_name == "主持人"


def test_edits_of_a_copy_can_be_undone_and_leave_the_original_alone(
    database: Database, blobs: BlobStore, recording_id: str
) -> None:
    copy_id = copied(database, blobs, recording_id)

    with database.transaction() as db:
        chosen = preferred_transcript(db, copy_id).transcript_id
        original = preferred_transcript(db, recording_id).transcript_id
        before = head_transcript(db, original)
        for _ in range(3):
            step(db, chosen, plan_undo, author=ANNA)

        assert list_utterances(db, chosen)[0].text == "你好。"
        assert head_transcript(db, original) == before


def test_a_copy_shares_the_files_until_the_original_is_deleted(
    database: Database, blobs: BlobStore, recording_id: str
) -> None:
    with database.reading() as db:
        source_run = list_runs(db, recording_id)[0].run_id
    copy_id = copied(database, blobs, recording_id)
    with database.reading() as db:
        run_id = list_runs(db, copy_id)[0].run_id

    audio = blobs.path_of(copy_id, REVIEW_AUDIO)
    assert blobs.find_upload(copy_id) is None
    assert blobs.path_of(copy_id, evidence_name(run_id)).read_bytes() == (
        evidence_name(source_run).encode()
    )
    if os.name != "nt":
        assert audio.samefile(blobs.path_of(recording_id, REVIEW_AUDIO))
    delete_recording(database, blobs, recording_id)
    assert audio.read_bytes() == REVIEW_AUDIO.encode()
    assert blobs.path_of(copy_id, PEAKS).is_file()


def test_an_owner_gets_one_copy_of_a_recording(
    database: Database, blobs: BlobStore, recording_id: str
) -> None:
    first = copied(database, blobs, recording_id)

    assert copied(database, blobs, recording_id) == first
    assert copied(database, blobs, recording_id, owner="cy") != first


def test_a_recording_that_is_being_transcribed_is_not_copied(
    database: Database, blobs: BlobStore, recording_id: str
) -> None:
    with database.transaction() as db:
        queue_run(db, recording_id, options=())

    with pytest.raises(EditRefusedError) as refused:
        copied(database, blobs, recording_id)

    assert refused.value.reason == "copy_unfinished"
