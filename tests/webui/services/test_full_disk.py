"""Tests that a full disk is reported during a run and after a restart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.core.options import PipelineOptions
from storage.db.blobs import BlobStore
from storage.db.database import Database, open_database
from storage.db.records import RunStatus
from tests.conditions import LONGEST_WAIT_S
from tests.webui.services.fake_work import HandDrivenEngine, write_upload
from webui.services.runs.ingest import Ingest
from webui.services.runs.job_follower import JobFollower
from webui.services.runs.run_recorder import RunRecorder
from webui.services.runs.transcription import TranscriptionService
from webui.services.runs.work_folders import WorkFolders


@pytest.fixture
def database(workspace: Path) -> Iterator[Database]:
    database = open_database(workspace / "studio.sqlite3")
    yield database
    database.close()


@pytest.fixture
def transcription(
    workspace: Path, database: Database, engine: HandDrivenEngine
) -> Iterator[TranscriptionService]:
    blobs = BlobStore(workspace / "recordings")
    folders = WorkFolders(workspace / "scratch")
    follower = JobFollower(engine, RunRecorder(database, blobs), folders)
    service = TranscriptionService(database, Ingest(database, blobs), follower, folders=folders)
    yield service
    service.close()


def limit_pages(database: Database, pages: int | None) -> None:
    """Limit the database's size to its current pages, or set another limit."""
    with database.transaction() as db:
        (used,) = db.execute("PRAGMA page_count").fetchone()
        db.execute(f"PRAGMA max_page_count = {pages or used}").fetchone()


def test_a_full_disk_fails_the_run_with_a_message_and_it_can_run_again(
    transcription: TranscriptionService,
    database: Database,
    engine: HandDrivenEngine,
    uploads: Path,
) -> None:
    ticket = transcription.start(
        write_upload(uploads, contents=b"long"), title="", options=PipelineOptions()
    )
    engine.begin()
    limit_pages(database, None)

    engine.finish()
    full = transcription.wait(ticket.run_id, timeout_s=LONGEST_WAIT_S)
    limit_pages(database, 1_000_000)
    again = transcription.run_again(ticket.run_id)
    engine.begin()
    engine.finish()
    freed = transcription.wait(again.run_id, timeout_s=LONGEST_WAIT_S)

    assert (full.status, full.error_kind) == (RunStatus.FAILED, "DiskFullError")
    assert full.error_message is not None
    assert "disk is full" in full.error_message
    assert freed.status is RunStatus.DONE
