"""Runs of the pipeline: queued, started, ended once."""

from __future__ import annotations

import pytest

from pipeline.core.provenance import ModelUse, Provenance
from storage.db.database import Connection, Database
from storage.db.errors import NotFoundError
from storage.db.records import RunStatus
from storage.library.runs import (
    abandon_run,
    begin_run,
    complete_run,
    get_run,
    latest_runs,
    list_runs,
    queue_run,
    requeue_unfinished,
)
from tests.storage.samples import add_sample, add_sample_run

PROVENANCE = Provenance(
    models=(ModelUse("vad", "fsmn-vad", "ab" * 32), ModelUse("recognizer", "whisper", "cd" * 32)),
    options=(("language", "zh"), ("speakers", "2-4")),
    software_version="9.9",
)


def complete(db: Connection, run_id: str) -> None:
    complete_run(
        db,
        run_id,
        PROVENANCE,
        stage_seconds=(("detect_speech", 0.25), ("recognize", 12.5)),
        evidence_sha256="ef" * 32,
    )


def test_a_run_is_queued_with_its_options(database: Database) -> None:
    with database.transaction() as db:
        run = add_sample_run(db)

    assert run.status is RunStatus.QUEUED
    assert run.options == (("speakers", "auto"),)
    assert (run.started_at, run.finished_at, run.models) == (None, None, ())


def test_a_finished_run_has_its_provenance(database: Database) -> None:
    with database.transaction() as db:
        run = add_sample_run(db)
        begin_run(db, run.run_id)
        complete(db, run.run_id)

    with database.reading() as db:
        done = get_run(db, run.run_id)

    assert done.status is RunStatus.DONE
    assert done.models == PROVENANCE.models
    assert done.options == PROVENANCE.options
    assert done.software_version == "9.9"
    assert done.stage_seconds == (("detect_speech", 0.25), ("recognize", 12.5))
    assert done.evidence_sha256 == "ef" * 32
    assert done.started_at is not None
    assert done.finished_at is not None
    assert run.created_at <= done.started_at <= done.finished_at


def test_a_failed_run_stores_its_error_message(database: Database) -> None:
    with database.transaction() as db:
        run = add_sample_run(db)
        abandon_run(
            db,
            run.run_id,
            RunStatus.FAILED,
            error_kind="AudioError",
            error_message="The file has no sound.",
        )

    with database.reading() as db:
        failed = get_run(db, run.run_id)

    assert (failed.status, failed.error_kind, failed.error_message) == (
        RunStatus.FAILED,
        "AudioError",
        "The file has no sound.",
    )


def test_a_run_ends_only_once(database: Database) -> None:
    with database.transaction() as db:
        run = add_sample_run(db)
        abandon_run(db, run.run_id, RunStatus.CANCELLED)

    with pytest.raises(NotFoundError), database.transaction() as db:
        complete(db, run.run_id)

    with database.reading() as db:
        assert get_run(db, run.run_id).status is RunStatus.CANCELLED


def test_a_running_run_cannot_be_started_again(database: Database) -> None:
    with database.transaction() as db:
        run = add_sample_run(db)
        begin_run(db, run.run_id)

    with pytest.raises(NotFoundError), database.transaction() as db:
        begin_run(db, run.run_id)


def test_unfinished_runs_are_queued_again_in_order(
    database: Database,
) -> None:
    with database.transaction() as db:
        running, first, done, failed, second = (add_sample_run(db) for _ in range(5))
        begin_run(db, running.run_id)
        complete(db, done.run_id)
        abandon_run(db, failed.run_id, RunStatus.FAILED)

    with database.transaction() as db:
        queued = requeue_unfinished(db)
        begin_run(db, running.run_id)

    assert [run.run_id for run in queued] == [running.run_id, first.run_id, second.run_id]
    assert {run.status for run in queued} == {RunStatus.QUEUED}
    assert [run.started_at is None for run in queued] == [False, True, True]


def test_the_newest_run_of_each_recording_is_found(database: Database) -> None:
    with database.transaction() as db:
        first, second = (add_sample(db, name).recording_id for name in ("one", "two"))
        queue_run(db, first, options=())
        newest = queue_run(db, first, options=())
        only = queue_run(db, second, options=())

    with database.reading() as db:
        assert latest_runs(db) == {first: newest, second: only}
        assert list_runs(db, first)[0] == newest
