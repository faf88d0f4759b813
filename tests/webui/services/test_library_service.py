"""Tests of review status and choice of transcripts in the list of recordings."""

from __future__ import annotations

from pathlib import Path

from pipeline.core.options import PipelineOptions, SpeakerCount
from tests.conditions import LONGEST_WAIT_S
from tests.webui.services.fake_work import write_upload
from webui.services.container import Services
from webui.services.review.review import EditCommand


def transcribe(services: Services, path: Path, *, speakers: str = "auto") -> str:
    options = PipelineOptions(speakers=SpeakerCount.parse(speakers))
    ticket = services.transcription.start(path, title="周会", options=options)
    services.transcription.wait(ticket.run_id, timeout_s=LONGEST_WAIT_S)
    return ticket.recording_id


def verify_all(services: Services, recording_id: str) -> str:
    opened = services.review.open_preferred(recording_id)
    ids = [each.utterance_id for each in opened.contents.utterances]
    asked = EditCommand(
        "ann", "edit-1", opened.contents.revision, {"kind": "verify", "utterance_ids": ids}
    )
    services.review.apply(opened.record.transcript_id, asked)
    return opened.record.transcript_id


def test_a_list_row_follows_the_review(services: Services, uploads: Path) -> None:
    recording_id = transcribe(services, write_upload(uploads))
    (before,) = services.recordings.list()
    verify_all(services, recording_id)
    (after,) = services.recordings.list()

    assert [
        (each.status.value, each.progress and each.progress.percent) for each in (before, after)
    ] == [
        ("transcribed", 0),
        ("verified", 100),
    ]


def test_a_run_with_other_options_does_not_replace_reviewed_work(
    services: Services, uploads: Path
) -> None:
    recording_id = transcribe(services, write_upload(uploads))
    reviewed = verify_all(services, recording_id)
    transcribe(services, write_upload(uploads), speakers="3")

    (listed,) = services.recordings.list()
    choices = services.library.transcripts(recording_id)

    assert listed.transcript_id == reviewed
    assert services.recordings.open(recording_id).record.transcript_id == reviewed
    assert [(each.progress.status.value, each.is_preferred) for each in choices] == [
        ("transcribed", False),
        ("verified", True),
    ]
