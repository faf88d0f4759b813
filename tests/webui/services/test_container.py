"""Tests of opening a workspace."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from pipeline.core.options import PipelineOptions
from pipeline.engines.inline import InlineEngine
from storage.db.errors import DatabaseDamagedError, WorkspaceInUseError
from tests.conditions import LONGEST_WAIT_S
from tests.webui.services.fake_work import load_fake_pipeline, write_upload
from webui.services.container import Services, open_services

TWO_HOURS_S = 7_200


def reopen(workspace: Path) -> Services:
    return open_services(workspace, InlineEngine(load_fake_pipeline))


def make_old(path: Path) -> None:
    then_s = time.time() - TWO_HOURS_S
    os.utime(path, (then_s, then_s))


def test_a_new_workspace_is_created_empty(workspace: Path) -> None:
    services = reopen(workspace)

    assert services.recordings.list() == ()
    services.close()


def test_leftovers_of_a_crash_are_removed(
    services: Services, workspace: Path, uploads: Path
) -> None:
    ticket = services.transcription.start(
        write_upload(uploads), title="", options=PipelineOptions()
    )
    services.transcription.wait(ticket.run_id, timeout_s=LONGEST_WAIT_S)
    services.close()
    kept = sorted(path.name for path in (workspace / "recordings").rglob("*"))
    (workspace / "scratch" / "old").mkdir()
    (workspace / "recordings" / ticket.recording_id / "upload.wav").write_bytes(b"left")
    orphan = workspace / "recordings" / ("f" * 32)
    orphan.mkdir()
    (orphan / "audio.flac").write_bytes(b"orphan")
    make_old(orphan)

    reopen(workspace).close()

    assert sorted(path.name for path in (workspace / "recordings").rglob("*")) == kept
    assert not (workspace / "scratch").exists()


def test_a_damaged_database_is_reported_and_left_unchanged(workspace: Path) -> None:
    workspace.mkdir()
    (workspace / "studio.sqlite3").write_bytes(b"nonsense" * 1_000)

    with pytest.raises(DatabaseDamagedError):
        reopen(workspace)

    assert (workspace / "studio.sqlite3").read_bytes() == b"nonsense" * 1_000


def test_two_apps_cannot_open_the_same_workspace(services: Services, workspace: Path) -> None:
    with pytest.raises(WorkspaceInUseError, match="choose another folder with --workspace"):
        reopen(workspace)

    services.close()
    reopen(workspace).close()


def test_a_workspace_is_unlocked_after_a_failed_start(workspace: Path) -> None:
    workspace.mkdir()
    (workspace / "studio.sqlite3").write_bytes(b"nonsense" * 1_000)
    with pytest.raises(DatabaseDamagedError):
        reopen(workspace)
    (workspace / "studio.sqlite3").unlink()

    reopen(workspace).close()


@pytest.mark.parametrize("loss", ["missing", "empty"])
def test_a_workspace_whose_database_was_lost_is_refused_and_its_audio_kept(
    services: Services, workspace: Path, uploads: Path, loss: str
) -> None:
    ticket = services.transcription.start(
        write_upload(uploads), title="", options=PipelineOptions()
    )
    services.transcription.wait(ticket.run_id, timeout_s=LONGEST_WAIT_S)
    services.close()
    (workspace / "studio.sqlite3").rename(workspace / "elsewhere.sqlite3")
    if loss == "empty":
        (workspace / "studio.sqlite3").touch()
    folder = workspace / "recordings" / ticket.recording_id
    make_old(folder)

    with pytest.raises(DatabaseDamagedError, match=loss):
        reopen(workspace)

    assert (folder / "audio.flac").is_file()
    assert (workspace / "studio.sqlite3").exists() == (loss == "empty")
