"""Tests of time estimates of running and queued runs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from pipeline.core.options import PipelineOptions
from pipeline.core.progress import Stage
from storage.db.blobs import BlobStore
from storage.db.database import open_database
from tests.conditions import eventually
from tests.webui.services.fake_work import HandDrivenEngine, write_upload
from webui.services.runs.ingest import Ingest
from webui.services.runs.job_follower import JobFollower
from webui.services.runs.run_recorder import RunRecorder
from webui.services.runs.transcription import TranscriptionService
from webui.services.runs.work_folders import WorkFolders


@pytest.fixture
def transcription(workspace: Path, engine: HandDrivenEngine) -> Iterator[TranscriptionService]:
    """A service whose clock advances by a second at every reading."""
    database = open_database(workspace / "studio.sqlite3")
    blobs, folders = BlobStore(workspace / "recordings"), WorkFolders(workspace / "scratch")
    ticks = count()
    follower = JobFollower(
        engine, RunRecorder(database, blobs), folders, clock=lambda: float(next(ticks))
    )
    service = TranscriptionService(database, Ingest(database, blobs), follower, folders=folders)
    yield service
    service.close()
    database.close()


def test_running_and_queued_runs_have_estimates_once_a_pace_is_known(
    transcription: TranscriptionService, engine: HandDrivenEngine, uploads: Path
) -> None:
    tickets = [
        transcription.start(
            write_upload(uploads, name, name.encode()), title="", options=PipelineOptions()
        )
        for name in ("a.wav", "b.wav", "c.wav")
    ]
    done = count()

    def left() -> list[bool]:
        shown = [transcription.progress(ticket.run_id).seconds_left for ticket in tickets]
        return [seconds is not None and seconds > 0 for seconds in shown]

    def gets_further() -> bool:
        engine.report(Stage.RECOGNIZE, next(done), 2_000)
        return any(left())

    before = left()
    engine.begin()
    eventually(gets_further)

    assert before == [False, False, False]
    assert left() == [True, True, False]
