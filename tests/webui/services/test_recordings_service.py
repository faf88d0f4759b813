"""Tests of opening, renaming, deleting and exporting recordings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.options import PipelineOptions
from pipeline.formats.registry import FORMATS, FormatGroup
from storage.db.errors import NotFoundError
from storage.db.records import TranscriptSize
from storage.exports import with_default_names
from tests.conditions import LONGEST_WAIT_S
from tests.webui.services.fake_work import TRANSCRIPT, HandDrivenEngine, write_upload
from webui.services.container import Services
from webui.services.exports.transcript_export import file_stem
from webui.services.runs.transcription import Ticket


def transcribe(services: Services, path: Path, title: str = "周会") -> Ticket:
    ticket = services.transcription.start(path, title=title, options=PipelineOptions())
    services.transcription.wait(ticket.run_id, timeout_s=LONGEST_WAIT_S)
    return ticket


def test_a_list_row_describes_the_recording(services: Services, uploads: Path) -> None:
    ticket = transcribe(services, write_upload(uploads))

    (listed,) = services.recordings.list()

    assert listed.recording.recording_id == ticket.recording_id
    assert (listed.recording.title, listed.recording.duration_ms) == ("周会", 4_000)
    assert listed.size == TranscriptSize(num_speakers=2, num_utterances=2)
    assert listed.can_run_again


def test_an_opened_transcript_holds_its_utterances_with_their_speakers(
    services: Services, uploads: Path
) -> None:
    ticket = transcribe(services, write_upload(uploads))

    opened = services.recordings.open(ticket.recording_id)

    labels = {speaker.speaker_id: speaker.label for speaker in opened.speakers}
    assert [(labels[each.speaker_id], each.text) for each in opened.utterances] == [
        ("S1", "你好。"),
        ("S2", "再见。"),
    ]
    assert [(each.start_ms, each.end_ms) for each in opened.turns] == [(100, 1_700), (1_600, 3_900)]
    assert opened.has_audio
    assert opened.run.run_id == ticket.run_id


def test_the_visitor_of_a_demo_sees_only_their_own(services: Services, uploads: Path) -> None:
    for owner in ("ann", "bo"):
        services.transcription.start(
            write_upload(uploads), title=owner, options=PipelineOptions(), owner=owner
        )

    seen = [listed.recording.title for listed in services.recordings.list(owner="ann")]

    assert seen == ["ann"]


def test_renaming_shows_in_the_list(services: Services, uploads: Path) -> None:
    ticket = transcribe(services, write_upload(uploads))

    services.recordings.rename(ticket.recording_id, "董事会")

    assert services.recordings.list()[0].recording.title == "董事会"


def test_a_deleted_recording_leaves_no_file_and_is_not_found(
    services: Services, uploads: Path, workspace: Path
) -> None:
    ticket = transcribe(services, write_upload(uploads))

    services.recordings.delete(ticket.recording_id)

    assert services.recordings.list() == ()
    assert list((workspace / "recordings").iterdir()) == []
    for ask in (
        services.recordings.open,
        services.recordings.audio_path,
        services.recordings.peaks,
        services.recordings.document,
        services.recordings.delete,
    ):
        with pytest.raises(NotFoundError):
            ask(ticket.recording_id)


def test_a_recording_deleted_during_its_run_leaves_no_files(
    busy_services: Services, engine: HandDrivenEngine, uploads: Path, workspace: Path
) -> None:
    ticket = busy_services.transcription.start(
        write_upload(uploads), title="", options=PipelineOptions()
    )
    engine.begin()
    request = engine.requests[0]

    assert request.audio_path.exists()
    busy_services.recordings.delete(ticket.recording_id)
    request.audio_path.parent.mkdir()
    request.audio_path.write_bytes(b"a late writer")
    engine.finish()
    with pytest.raises(NotFoundError):
        busy_services.transcription.wait(ticket.run_id, timeout_s=LONGEST_WAIT_S)

    assert list((workspace / "recordings").iterdir()) == []
    assert list((workspace / "scratch").iterdir()) == []


@pytest.mark.parametrize("recording_id", ["0" * 32, "", "../studio", "' OR 1=1 --"])
def test_an_unknown_id_is_not_found(services: Services, recording_id: str) -> None:
    for ask in (
        services.recordings.open,
        services.recordings.audio_path,
        services.recordings.peaks,
        services.recordings.delete,
    ):
        with pytest.raises(NotFoundError):
            ask(recording_id)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_can_be_downloaded(services: Services, uploads: Path, name: str) -> None:
    ticket = transcribe(services, write_upload(uploads))

    file = services.recordings.export(ticket.recording_id, name)

    document = services.recordings.document(ticket.recording_id)
    if FORMATS[name].group is not FormatGroup.SPEECH_TOOLS:
        document = with_default_names(document)
    assert file.name == f"周会.{FORMATS[name].extension}"
    assert file.media_type == FORMATS[name].media_type
    assert file.content == FORMATS[name].write(document)


@pytest.mark.parametrize(
    ("language", "name"), [("zh", "说话人 1"), ("en", "Speaker 1"), ("", "说话人 1")]
)
def test_a_download_names_unnamed_speakers_like_the_page(
    services: Services, uploads: Path, language: str, name: str
) -> None:
    ticket = transcribe(services, write_upload(uploads))

    for format_name in ("srt", "vtt", "ass", "txt", "md", "csv", "textgrid", "eaf", "audacity"):
        file = services.recordings.export(ticket.recording_id, format_name, language=language)
        assert name in file.content.decode(), format_name
    for format_name in ("rttm", "stm"):
        file = services.recordings.export(ticket.recording_id, format_name, language=language)
        assert "S1" in file.content.decode(), format_name


def test_the_json_download_has_the_transcript_and_its_models(
    services: Services, uploads: Path
) -> None:
    ticket = transcribe(services, write_upload(uploads))

    content = json.loads(services.recordings.export(ticket.recording_id, "json").content)

    assert content["duration_ms"] == TRANSCRIPT.duration_ms
    assert [each["text"] for each in content["sentences"]] == ["你好。", "再见。"]
    assert content["options"]["speakers"] == "auto"


def test_a_format_that_does_not_exist_is_not_found(services: Services, uploads: Path) -> None:
    ticket = transcribe(services, write_upload(uploads))

    with pytest.raises(NotFoundError, match="Choose one of"):
        services.recordings.export(ticket.recording_id, "odt")


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("周会 3/4", "周会 3_4"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("...", "transcript"),
        ('a\\b:c*d?"<e>|', "a_b_c_d_e_"),
    ],
)
def test_a_title_becomes_a_file_name_valid_on_every_system(title: str, stem: str) -> None:
    assert file_stem(title) == stem


@given(st.text())
def test_a_title_never_makes_a_path_of_a_file_name(title: str) -> None:
    stem = file_stem(title)

    assert 0 < len(stem) <= 100
    assert not set(stem) & set('/\\:*?"<>|\x00\r\n')
    assert not stem.startswith(".")
