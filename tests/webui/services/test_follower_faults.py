"""Tests that a storage fault in one run's events stops no run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.core.events import RunEvent
from pipeline.core.options import PipelineOptions
from storage.db.blobs import BlobStore
from storage.db.database import open_database
from storage.db.records import PipelineRun, RunStatus
from tests.conditions import LONGEST_WAIT_S
from tests.webui.services.fake_work import HandDrivenEngine, write_upload
from webui.services.runs.ingest import Ingest
from webui.services.runs.job_follower import JobFollower
from webui.services.runs.run_recorder import RunRecorder
from webui.services.runs.transcription import TranscriptionService
from webui.services.runs.work_folders import WorkFolders


class FaultyRecorder(RunRecorder):
    """A recorder that fails to store events with an unexpected error."""

    def note(self, run: PipelineRun, events: Sequence[RunEvent], scratch_dir: Path | None) -> None:
        raise RuntimeError("a fault in the program")


def test_runs_finish_although_their_events_cannot_be_stored(
    workspace: Path, engine: HandDrivenEngine, uploads: Path
) -> None:
    database = open_database(workspace / "studio.sqlite3")
    blobs, folders = BlobStore(workspace / "recordings"), WorkFolders(workspace / "scratch")
    follower = JobFollower(engine, FaultyRecorder(database, blobs), folders)
    service = TranscriptionService(database, Ingest(database, blobs), follower, folders=folders)
    tickets = [
        service.start(
            write_upload(uploads, name, name.encode()), title="", options=PipelineOptions()
        )
        for name in ("a.wav", "b.wav")
    ]

    ended = []
    for ticket in tickets:
        engine.begin()
        engine.finish()
        ended.append(service.wait(ticket.run_id, timeout_s=LONGEST_WAIT_S).status)
    service.close()
    database.close()

    assert ended == [RunStatus.DONE, RunStatus.DONE]
