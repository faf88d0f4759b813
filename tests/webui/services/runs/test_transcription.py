"""Tests of transcriptions from upload to stored transcript."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.core.audio_track import AudioTrack
from pipeline.core.events import AudioReady
from pipeline.core.options import PipelineOptions, SpeakerCount
from pipeline.core.progress import Stage
from pipeline.engines.engine import SCRATCH_AUDIO, SCRATCH_PEAKS
from pipeline.engines.inline import InlineEngine
from pipeline.engines.process import ProcessEngine
from pipeline.models.locations import ModelLocations
from storage.db.errors import NotFoundError, StorageError
from storage.db.records import RunStatus
from tests.conditions import LONGEST_WAIT_S, eventually
from tests.webui.services.fake_work import (
    MODELS,
    TRANSCRIPT,
    HandDrivenEngine,
    load_fake_pipeline,
    write_upload,
)
from webui.services.container import Services, open_services
from webui.services.models import ModelsService
from webui.services.runs.transcription import Ticket

OPTIONS = PipelineOptions()


def start(services: Services, path: Path, options: PipelineOptions = OPTIONS) -> Ticket:
    return services.transcription.start(path, title=path.stem, options=options)


def finish(services: Services, ticket: Ticket) -> RunStatus:
    return services.transcription.wait(ticket.run_id, timeout_s=LONGEST_WAIT_S).status


def files_in(workspace: Path) -> list[str]:
    names = (path.name for path in workspace.rglob("*") if path.is_file())
    return sorted(name for name in names if not name.startswith("studio."))


def test_an_uploaded_recording_becomes_a_stored_transcript(
    services: Services, uploads: Path
) -> None:
    ticket = start(services, write_upload(uploads))

    assert finish(services, ticket) is RunStatus.DONE
    assert services.recordings.document(ticket.recording_id).transcript == TRANSCRIPT
    assert services.recordings.audio_path(ticket.recording_id).read_bytes() == b"fLaCaudio"
    assert services.recordings.peaks(ticket.recording_id) == b"peaks of audio"


def test_working_files_are_removed_after_the_run(
    services: Services, uploads: Path, workspace: Path
) -> None:
    ticket = start(services, write_upload(uploads))
    finish(services, ticket)

    assert files_in(workspace) == [
        "audio.flac",
        f"evidence-{ticket.run_id}.npz",
        "peaks.bin",
    ]
    assert list((workspace / "scratch").iterdir()) == []


def test_a_transcript_is_stored_without_an_open_page(services: Services, uploads: Path) -> None:
    start(services, write_upload(uploads))

    eventually(lambda: services.recordings.list()[0].transcript_id is not None)


def test_recordings_are_listed_after_a_restart(
    services: Services, uploads: Path, workspace: Path
) -> None:
    ticket = start(services, write_upload(uploads))
    finish(services, ticket)
    before = services.recordings.list()
    services.close()

    again = open_services(workspace, InlineEngine(load_fake_pipeline))

    assert again.recordings.list() == before
    assert again.recordings.document(ticket.recording_id).transcript == TRANSCRIPT
    assert again.transcription.progress(ticket.run_id).status is RunStatus.DONE
    again.close()


def test_jobs_can_run_in_another_process(workspace: Path, uploads: Path) -> None:
    services = open_services(workspace, ProcessEngine(load_fake_pipeline))

    ticket = start(services, write_upload(uploads))

    assert finish(services, ticket) is RunStatus.DONE
    assert services.recordings.document(ticket.recording_id).transcript == TRANSCRIPT
    services.close()


def test_a_stored_failure_message_has_the_original_file_name(
    services: Services, uploads: Path, workspace: Path
) -> None:
    ticket = start(services, write_upload(uploads, "holiday.jpg", b"broken"))
    finish(services, ticket)
    services.close()

    again = open_services(workspace, InlineEngine(load_fake_pipeline))
    progress = again.transcription.progress(ticket.run_id)
    again.close()

    assert progress.status is RunStatus.FAILED
    assert progress.error_kind == "AudioError"
    assert progress.error_message == "holiday.jpg: There is no sound in this file"


def test_the_same_file_with_the_same_options_is_not_transcribed_twice(
    services: Services, uploads: Path
) -> None:
    first = start(services, write_upload(uploads, "a.wav"))
    finish(services, first)

    second = start(services, write_upload(uploads, "b.wav"))

    assert second == first
    assert len(services.recordings.list()) == 1


def test_a_file_with_several_sound_tracks_is_not_transcribed_twice_either(
    services: Services, uploads: Path
) -> None:
    first = start(services, write_upload(uploads, "a.mkv", b"tracks"))
    finish(services, first)

    second = start(services, write_upload(uploads, "b.mkv", b"tracks"))

    assert second.run_id == first.run_id
    options = services.recordings.document(first.recording_id).provenance.options
    assert ("audio_track_read", "2 of 2") in options


def test_another_sound_track_gives_the_same_recording_another_transcript(
    services: Services, uploads: Path
) -> None:
    first = start(services, write_upload(uploads, "a.mkv", b"tracks"))
    finish(services, first)

    second = start(
        services,
        write_upload(uploads, "a.mkv", b"tracks"),
        options=PipelineOptions(track=AudioTrack(1)),
    )

    assert second.recording_id == first.recording_id
    assert second.run_id != first.run_id


def test_the_same_file_is_transcribed_again_with_another_recogniser(
    workspace: Path, uploads: Path, tmp_path: Path
) -> None:
    models = ModelsService(ModelLocations(tmp_path / "models"))  # the made-up work uses none of it
    opened = open_services(workspace, InlineEngine(load_fake_pipeline), models)
    first = start(opened, write_upload(uploads))
    finish(opened, first)

    second = start(opened, write_upload(uploads))
    finish(opened, second)
    opened.close()

    assert second.recording_id == first.recording_id
    assert second.run_id != first.run_id


def test_a_second_start_returns_the_queued_run(
    busy_services: Services, engine: HandDrivenEngine, uploads: Path
) -> None:
    tickets = [start(busy_services, write_upload(uploads)) for _ in range(2)]

    assert tickets[0] == tickets[1]
    assert len(engine.requests) == 1


def test_other_options_give_the_same_recording_another_transcript(
    services: Services, uploads: Path
) -> None:
    first = start(services, write_upload(uploads))
    finish(services, first)

    second = start(services, write_upload(uploads), PipelineOptions(speakers=SpeakerCount(2, 2)))
    finish(services, second)

    assert second.recording_id == first.recording_id
    assert second.run_id != first.run_id
    document = services.recordings.document(first.recording_id)
    assert ("speakers", "2") in document.provenance.options
    assert document.provenance.models == MODELS


def test_a_queued_run_finds_its_file_after_another_run_on_the_recording(
    busy_services: Services, engine: HandDrivenEngine, uploads: Path, workspace: Path
) -> None:
    start(busy_services, write_upload(uploads))
    second = start(busy_services, write_upload(uploads), PipelineOptions(diarize_only=True))

    for _ in range(2):
        engine.begin()
        engine.finish()

    assert finish(busy_services, second) is RunStatus.DONE
    assert "upload.wav" not in files_in(workspace)


def test_a_recording_can_be_played_during_its_run(
    busy_services: Services, engine: HandDrivenEngine, uploads: Path
) -> None:
    ticket = start(busy_services, write_upload(uploads))
    engine.begin()
    (scratch_dir,) = (request.scratch_dir for request in engine.requests)
    assert scratch_dir is not None
    (scratch_dir / SCRATCH_AUDIO).write_bytes(b"fLaCaudio")
    (scratch_dir / SCRATCH_PEAKS).write_bytes(b"peaks")

    engine.find(AudioReady(4_000))

    eventually(lambda: busy_services.recordings.list()[0].recording.duration_ms == 4_000)
    assert busy_services.recordings.audio_path(ticket.recording_id).read_bytes() == b"fLaCaudio"
    assert busy_services.recordings.peaks(ticket.recording_id) == b"peaks"
    assert engine.requests[0].audio_path.read_bytes() == b"audio"


def test_the_audio_of_a_later_run_is_the_stored_copy(services: Services, uploads: Path) -> None:
    ticket = start(services, write_upload(uploads))
    finish(services, ticket)

    again = services.transcription.run_again(ticket.run_id)

    assert finish(services, again) is RunStatus.DONE
    assert again.run_id != ticket.run_id
    assert services.recordings.audio_path(ticket.recording_id).read_bytes() == b"fLaCaudio"


def test_a_failed_run_can_be_run_again_after_a_restart(
    services: Services, uploads: Path, workspace: Path, engine: HandDrivenEngine
) -> None:
    path = write_upload(uploads, contents=b"broken")
    ticket = start(services, path, PipelineOptions(diarize_only=True))
    finish(services, ticket)
    services.close()
    path.unlink()

    again = open_services(workspace, engine)
    second = again.transcription.run_again(ticket.run_id)
    third = again.transcription.run_again(ticket.run_id)

    assert second == third
    (request,) = engine.requests
    assert request.audio_path.read_bytes() == b"broken"
    assert request.options == PipelineOptions(diarize_only=True)
    again.close()


def test_a_missing_upload_is_reported_and_leaves_no_rows(services: Services, uploads: Path) -> None:
    with pytest.raises(StorageError, match=r"'gone\.wav' cannot be read"):
        start(services, uploads / "gone.wav")

    assert services.recordings.list() == ()


def test_a_run_shows_its_stage_share_and_time(
    busy_services: Services, engine: HandDrivenEngine, uploads: Path
) -> None:
    ticket = start(busy_services, write_upload(uploads))
    waiting = busy_services.transcription.progress(ticket.run_id)
    engine.begin()
    engine.report(Stage.EMBED_SPEAKERS, 1, 2)
    eventually(lambda: busy_services.transcription.progress(ticket.run_id).elapsed_seconds > 0)

    embedding = busy_services.transcription.progress(ticket.run_id)
    engine.report(Stage.RECOGNIZE, 3, 4)
    recognizing = busy_services.transcription.progress(ticket.run_id)

    assert (waiting.status, waiting.stage, waiting.fraction) == (RunStatus.QUEUED, None, 0.0)
    assert (embedding.status, embedding.stage) == (RunStatus.RUNNING, Stage.EMBED_SPEAKERS)
    assert recognizing.stage is Stage.RECOGNIZE
    assert 0.0 < embedding.fraction < recognizing.fraction < 1.0


def test_queued_runs_have_their_position(
    busy_services: Services, engine: HandDrivenEngine, uploads: Path
) -> None:
    tickets = [start(busy_services, write_upload(uploads, f"{n}.wav", b"%d" % n)) for n in range(3)]
    engine.begin()

    positions = [
        busy_services.transcription.progress(ticket.run_id).queue_position for ticket in tickets
    ]

    assert positions == [0, 1, 2]


def test_the_list_shows_running_runs(
    busy_services: Services, engine: HandDrivenEngine, uploads: Path
) -> None:
    start(busy_services, write_upload(uploads))
    engine.begin()
    engine.report(Stage.DETECT_SPEECH, 0, 1)

    (listed,) = busy_services.recordings.list()

    assert listed.run is not None
    assert (listed.run.status, listed.run.stage) == (RunStatus.RUNNING, Stage.DETECT_SPEECH)
    assert (listed.transcript_id, listed.size) == (None, None)


def test_a_waiting_run_is_cancelled(
    busy_services: Services, engine: HandDrivenEngine, uploads: Path
) -> None:
    ticket = start(busy_services, write_upload(uploads))

    busy_services.transcription.cancel(ticket.run_id)

    assert finish(busy_services, ticket) is RunStatus.CANCELLED


def test_a_result_after_the_cancellation_is_not_stored(
    busy_services: Services, engine: HandDrivenEngine, uploads: Path
) -> None:
    ticket = start(busy_services, write_upload(uploads))
    engine.begin()

    busy_services.transcription.cancel(ticket.run_id, discards=True)
    engine.finish()

    assert finish(busy_services, ticket) is RunStatus.CANCELLED
    with pytest.raises(NotFoundError):
        busy_services.recordings.open(ticket.recording_id)


def test_cancelling_an_ended_run_changes_nothing(services: Services, uploads: Path) -> None:
    ticket = start(services, write_upload(uploads))
    finish(services, ticket)

    services.transcription.cancel(ticket.run_id)

    assert services.transcription.progress(ticket.run_id).status is RunStatus.DONE


@pytest.mark.parametrize("run_id", ["0" * 32, "", "' OR 1=1 --"])
def test_an_unknown_run_is_not_found(services: Services, run_id: str) -> None:
    for ask in (
        services.transcription.progress,
        services.transcription.cancel,
        services.transcription.run_again,
    ):
        with pytest.raises(NotFoundError):
            ask(run_id)


def test_a_run_started_during_shutdown_fails(
    busy_services: Services, engine: HandDrivenEngine, uploads: Path
) -> None:
    engine.close()

    ticket = start(busy_services, write_upload(uploads))

    progress = busy_services.transcription.progress(ticket.run_id)
    assert (progress.status, progress.error_kind) == (RunStatus.FAILED, "EngineClosedError")
