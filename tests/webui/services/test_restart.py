"""Tests of resuming runs after a restart."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.core.options import PipelineOptions, SpeakerCount
from pipeline.engines.crash_count import MAX_CRASHES
from pipeline.engines.inline import InlineEngine
from storage.db.records import RunStatus
from tests.conditions import LONGEST_WAIT_S, eventually
from tests.webui.services.fake_work import HandDrivenEngine, load_fake_pipeline, write_upload
from webui.services.container import Services, open_services
from webui.services.runs.transcription import Ticket

OPTIONS = PipelineOptions(speakers=SpeakerCount(2, 3))

Reopen = Callable[..., tuple[Services, HandDrivenEngine]]


@pytest.fixture
def reopen(tmp_path: Path) -> Iterator[Reopen]:
    """Yield a function that opens a workspace, optionally as after a kill (`after_crash_of`)."""
    opened: list[Services] = []

    def open_one(
        workspace: Path, *, after_crash_of: Path | None = None
    ) -> tuple[Services, HandDrivenEngine]:
        if after_crash_of is not None:
            shutil.copytree(after_crash_of, workspace)
        engine = HandDrivenEngine()
        opened.append(open_services(workspace, engine))
        return opened[-1], engine

    yield open_one
    for services in opened:
        services.close()


def start(services: Services, uploads: Path, name: str = "a") -> Ticket:
    path = write_upload(uploads, f"{name}.wav", name.encode())
    return services.transcription.start(path, title=name, options=OPTIONS)


def noted_deaths(checkpoint_dir: Path) -> str:
    note = checkpoint_dir.parent / "deaths.json"
    return note.read_text() if note.exists() else ""


def begin(services: Services, engine: HandDrivenEngine, ticket: Ticket, keeps: str = "") -> Path:
    """Begin a run with a checkpoint; return the checkpoint's folder."""
    (folder,) = (
        each.checkpoint_dir
        for each in engine.requests
        if each.checkpoint_dir is not None and ticket.run_id in each.checkpoint_dir.parts
    )
    noted = noted_deaths(folder)
    engine.begin()
    eventually(lambda: services.transcription.progress(ticket.run_id).elapsed_seconds > 0)
    eventually(lambda: noted_deaths(folder) != noted)
    if keeps:
        folder.mkdir(exist_ok=True)
        (folder / "words").write_text(keeps)
    return folder


def test_runs_of_a_clean_shutdown_resume_in_order(
    reopen: Reopen, workspace: Path, uploads: Path
) -> None:
    services, engine = reopen(workspace)
    tickets = [start(services, uploads, name) for name in ("a", "b", "c")]
    begin(services, engine, tickets[0], keeps="half of it")
    before = engine.requests

    services.close()
    again, second = reopen(workspace)

    assert second.requests == before
    kept = second.requests[0].checkpoint_dir
    assert kept is not None
    assert (kept / "words").read_text() == "half of it"
    for ticket in tickets:
        second.begin()
        second.finish()
        ended = again.transcription.wait(ticket.run_id, timeout_s=LONGEST_WAIT_S)
        assert ended.status is RunStatus.DONE
    assert list((workspace / "scratch").iterdir()) == []


def test_runs_of_a_killed_program_resume_and_are_marked_continued(
    reopen: Reopen, workspace: Path, uploads: Path, tmp_path: Path
) -> None:
    services, engine = reopen(workspace)
    ticket, waiting = start(services, uploads, "a"), start(services, uploads, "b")
    begin(services, engine, ticket, keeps="half of it")

    again, second = reopen(tmp_path / "after", after_crash_of=workspace)
    folder = begin(again, second, ticket)

    assert again.transcription.progress(ticket.run_id).is_continued
    assert not again.transcription.progress(waiting.run_id).is_continued
    assert (folder / "words").read_text() == "half of it"
    assert folder.is_relative_to(tmp_path / "after")


def test_a_run_with_repeated_crashes_fails_and_keeps_its_checkpoint(
    reopen: Reopen, workspace: Path, uploads: Path, tmp_path: Path
) -> None:
    services, engine = reopen(workspace)
    ticket = start(services, uploads)
    begin(services, engine, ticket, keeps="half of it")
    for number in range(1, MAX_CRASHES + 1):  # the first of them kept something
        former, workspace = workspace, tmp_path / f"after {number}"
        services, engine = reopen(workspace, after_crash_of=former)
        begin(services, engine, ticket)

    last, engine = reopen(tmp_path / "last", after_crash_of=workspace)
    failed = last.transcription.progress(ticket.run_id)
    requests = tuple(engine.requests)
    again = last.transcription.run_again(ticket.run_id)

    assert (failed.status, failed.error_kind) == (RunStatus.FAILED, "WorkerDied")
    assert requests == ()
    folder = begin(last, engine, again)
    assert (folder / "words").read_text() == "half of it"


def test_a_run_with_a_growing_checkpoint_is_always_resumed(
    reopen: Reopen, workspace: Path, uploads: Path, tmp_path: Path
) -> None:
    services, engine = reopen(workspace)
    ticket = start(services, uploads)
    begin(services, engine, ticket, keeps="1")
    for number in range(2, MAX_CRASHES + 3):
        former, workspace = workspace, tmp_path / f"after {number}"
        services, engine = reopen(workspace, after_crash_of=former)
        begin(services, engine, ticket, keeps="1" * number)

    assert services.transcription.progress(ticket.run_id).status is RunStatus.RUNNING


def test_a_clean_shutdown_is_not_counted_as_a_crash(
    reopen: Reopen, workspace: Path, uploads: Path
) -> None:
    services, engine = reopen(workspace)
    ticket = start(services, uploads)
    for _ in range(MAX_CRASHES + 1):
        begin(services, engine, ticket)
        services.close()
        services, engine = reopen(workspace)

    assert services.transcription.progress(ticket.run_id).status is RunStatus.QUEUED


def test_a_cancelled_run_is_not_resumed_and_keeps_no_files(
    reopen: Reopen, workspace: Path, uploads: Path
) -> None:
    services, engine = reopen(workspace)
    ticket = start(services, uploads)
    folder = begin(services, engine, ticket, keeps="half of it")

    services.transcription.cancel(ticket.run_id)
    services.close()  # ends what HandDrivenEngine has begun
    again, second = reopen(workspace)

    assert again.transcription.progress(ticket.run_id).status is RunStatus.CANCELLED
    assert second.requests == []
    assert not folder.exists()


def test_deleting_a_recording_removes_the_checkpoint_of_its_failed_run(
    reopen: Reopen, workspace: Path, uploads: Path, tmp_path: Path
) -> None:
    services, engine = reopen(workspace)
    path = write_upload(uploads, contents=b"broken")
    ticket = services.transcription.start(path, title="", options=OPTIONS)
    folder = begin(services, engine, ticket, keeps="half of it")
    engine.finish()
    services.transcription.wait(ticket.run_id, timeout_s=LONGEST_WAIT_S)
    was_kept = folder.exists()

    services.recordings.delete(ticket.recording_id)

    assert was_kept
    assert not folder.parent.exists()


def test_folders_without_a_resumable_run_are_removed(
    reopen: Reopen, workspace: Path, uploads: Path
) -> None:
    services, engine = reopen(workspace)
    failed = services.transcription.start(
        write_upload(uploads, contents=b"broken"), title="", options=OPTIONS
    )
    folder = begin(services, engine, failed, keeps="half of it")
    engine.finish()
    services.transcription.wait(failed.run_id, timeout_s=LONGEST_WAIT_S)
    services.close()
    (workspace / "scratch" / ("f" * 32) / "checkpoint").mkdir(parents=True)

    reopen(workspace)

    assert [each.name for each in (workspace / "scratch").iterdir()] == [failed.run_id]
    assert (folder / "words").exists()


def test_a_run_with_a_missing_file_fails_with_a_message(
    reopen: Reopen, workspace: Path, uploads: Path
) -> None:
    services, _ = reopen(workspace)
    ticket = start(services, uploads)
    services.close()
    (workspace / "recordings" / ticket.recording_id / "upload.wav").unlink()

    again, _ = reopen(workspace)

    progress = again.transcription.progress(ticket.run_id)
    assert (progress.status, progress.error_kind) == (RunStatus.FAILED, "NotFoundError")


def test_an_unreadable_crash_count_does_not_stop_the_start(
    reopen: Reopen, workspace: Path, uploads: Path
) -> None:
    services, engine = reopen(workspace)
    ticket = start(services, uploads)
    folder = begin(services, engine, ticket)
    services.close()
    (folder.parent / "deaths.json").write_text("{nonsense")

    opened = open_services(workspace, InlineEngine(load_fake_pipeline))
    status = opened.transcription.wait(ticket.run_id, timeout_s=LONGEST_WAIT_S).status
    opened.close()

    assert status is RunStatus.DONE


@pytest.mark.parametrize("has_begun", [False, True])
def test_a_cancellation_survives_a_kill_before_the_run_ends(
    reopen: Reopen, workspace: Path, uploads: Path, tmp_path: Path, has_begun: bool
) -> None:
    services, engine = reopen(workspace)
    tickets = [start(services, uploads, name) for name in ("a", "b")]
    begin(services, engine, tickets[0])
    cancelled, other = tickets if has_begun else reversed(tickets)
    engine.cancel = lambda job_id: None  # type: ignore[method-assign]  # it takes its time
    services.transcription.cancel(cancelled.run_id)

    again, second = reopen(tmp_path / "copy", after_crash_of=workspace)

    assert again.transcription.progress(cancelled.run_id).status is RunStatus.CANCELLED
    assert again.transcription.progress(other.run_id).status is RunStatus.QUEUED
    assert len(second.requests) == 1
    assert not (tmp_path / "copy" / "scratch" / cancelled.run_id).exists()


def test_a_cancellation_survives_a_shutdown_before_the_run_ends(
    reopen: Reopen, workspace: Path, uploads: Path
) -> None:
    services, engine = reopen(workspace)
    ticket = start(services, uploads)
    begin(services, engine, ticket, keeps="half of it")
    services.transcription.cancel(ticket.run_id)
    services.close()

    again, second = reopen(workspace)

    assert again.transcription.progress(ticket.run_id).status is RunStatus.CANCELLED
    assert second.requests == []
