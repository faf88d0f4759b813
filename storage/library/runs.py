"""Pipeline runs and their changes of status."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from pipeline.core.provenance import SOFTWARE_VERSION, Provenance
from storage.db.database import Connection
from storage.db.errors import NotFoundError
from storage.db.recording_changes import among
from storage.db.records import PipelineRun, RunStatus
from storage.db.values import (
    new_id,
    now_text,
    read_models,
    read_optional_time,
    read_options,
    read_seconds,
    read_time,
    write_models,
    write_pairs,
)


def queue_run(
    db: Connection, recording_id: str, *, options: tuple[tuple[str, str], ...]
) -> PipelineRun:
    """Insert a queued run for a recording.

    Args:
        db: inside a transaction.
        recording_id: the recording.
        options: (name, value) of every option.
    """
    run_id = new_id()
    db.table("pipeline_runs").insert(
        {
            "id": run_id,
            "recording_id": recording_id,
            "status": RunStatus.QUEUED.value,
            "options_json": write_pairs(options),
            "models_json": write_models(()),
            "stage_seconds_json": write_pairs(()),
            "software_version": SOFTWARE_VERSION,
            "created_at": now_text(),
        }
    )
    return get_run(db, run_id)


def begin_run(db: Connection, run_id: str) -> None:
    """Change the status of a queued run to running.

    Raises:
        NotFoundError: if there is no such run, or it is not queued.
    """
    _change(
        db,
        run_id,
        (RunStatus.QUEUED,),
        {"status": RunStatus.RUNNING.value, "started_at": now_text()},
    )


def complete_run(
    db: Connection,
    run_id: str,
    provenance: Provenance,
    *,
    stage_seconds: tuple[tuple[str, float], ...],
    evidence_sha256: str | None,
) -> None:
    """Change the status of a run to done and store its provenance.

    Raises:
        NotFoundError: if there is no such run, or it has ended.
    """
    _change(
        db,
        run_id,
        (RunStatus.QUEUED, RunStatus.RUNNING),
        {
            "status": RunStatus.DONE.value,
            "finished_at": now_text(),
            "options_json": write_pairs(provenance.options),
            "models_json": write_models(provenance.models),
            "stage_seconds_json": write_pairs(stage_seconds),
            "software_version": provenance.software_version,
            "evidence_sha256": evidence_sha256,
        },
    )


def abandon_run(
    db: Connection,
    run_id: str,
    status: RunStatus,
    *,
    error_kind: str | None = None,
    error_message: str | None = None,
) -> None:
    """Change the status of a run to failed, cancelled or interrupted.

    Args:
        db: inside a transaction.
        run_id: the run.
        status: FAILED, CANCELLED or INTERRUPTED.
        error_kind: name of the error class; None without an error.
        error_message: message shown to the user; None without an error.

    Raises:
        NotFoundError: if there is no such run, or it has ended.
    """
    _change(
        db,
        run_id,
        (RunStatus.QUEUED, RunStatus.RUNNING),
        {
            "status": status.value,
            "finished_at": now_text(),
            "error_kind": error_kind,
            "error_message": error_message,
        },
    )


def copy_run(db: Connection, source_id: str, *, run_id: str, recording_id: str) -> None:
    """Insert a copy of a run for another recording, with the given id.

    Args:
        db: inside a transaction.
        source_id: the run.
        run_id: id of the copy.
        recording_id: recording of the copy.
    """
    columns = (
        "status, options_json, models_json, stage_seconds_json, software_version, created_at, "
        "started_at, finished_at, error_kind, error_message, evidence_sha256"
    )
    db.execute(
        f"INSERT INTO pipeline_runs (id, recording_id, {columns}) "
        f"SELECT ?, ?, {columns} FROM pipeline_runs WHERE id = ?",
        [run_id, recording_id, source_id],
    )


def requeue_unfinished(db: Connection) -> tuple[PipelineRun, ...]:
    """Set running runs to queued after a restart of the program; return all queued runs.

    Returns:
        All queued runs in order of their requests; runs that were running keep their start time.
    """
    db.execute(
        "UPDATE pipeline_runs SET status = ? WHERE status = ?",
        [RunStatus.QUEUED.value, RunStatus.RUNNING.value],
    )
    queued = db.query(
        "SELECT * FROM pipeline_runs WHERE status = ? ORDER BY created_at, rowid",
        [RunStatus.QUEUED.value],
    )
    return tuple(map(_run, queued))


@dataclass(frozen=True, slots=True)
class UnfinishedRun:
    """Pipeline run that is queued or running.

    Attributes:
        run_id: the run.
        owner: owner of its recording; None without owner.
    """

    run_id: str
    owner: str | None


def list_unfinished(db: Connection) -> tuple[UnfinishedRun, ...]:
    """Return all queued and running runs."""
    found = db.query(
        "SELECT pipeline_runs.id, recordings.owner FROM pipeline_runs "
        "JOIN recordings ON recordings.id = recording_id WHERE status IN (?, ?)",
        [RunStatus.QUEUED.value, RunStatus.RUNNING.value],
    )
    return tuple(UnfinishedRun(row["id"], row["owner"]) for row in found)


def get_run(db: Connection, run_id: str) -> PipelineRun:
    """Return the run with an id.

    Raises:
        NotFoundError: if there is no such run.
    """
    found = db.query("SELECT * FROM pipeline_runs WHERE id = ?", [run_id])
    run = next(map(_run, found), None)
    if run is None:
        raise NotFoundError(f"There is no run {run_id!r}; its recording may have been deleted.")
    return run


def list_runs(db: Connection, recording_id: str) -> tuple[PipelineRun, ...]:
    """Return all runs of a recording, the newest first."""
    found = db.query(
        "SELECT * FROM pipeline_runs WHERE recording_id = ? ORDER BY created_at DESC, rowid DESC",
        [recording_id],
    )
    return tuple(map(_run, found))


def latest_runs(
    db: Connection, recording_ids: Collection[str] | None = None
) -> dict[str, PipelineRun]:
    """Return {recording id: newest run} of the given recordings, or of all."""
    is_wanted, parameters = among("recording_id", recording_ids)
    newest = db.query(
        "SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY recording_id "
        f"ORDER BY created_at DESC, rowid DESC) AS age FROM pipeline_runs WHERE {is_wanted}) "
        "WHERE age = 1",
        parameters,
    )
    return {row["recording_id"]: _run(row) for row in newest}


def _change(
    db: Connection, run_id: str, possible: tuple[RunStatus, ...], values: dict[str, str | None]
) -> None:
    assignments = ", ".join(f"{column} = :{column}" for column in values)
    states = ", ".join(f"'{status.value}'" for status in possible)
    changed = db.execute(
        f"UPDATE pipeline_runs SET {assignments} WHERE id = :run_id AND status IN ({states})",
        {**values, "run_id": run_id},
    )
    if changed.rowcount == 0:
        raise NotFoundError(f"There is no run {run_id!r} that has not ended.")


def _run(row: dict[str, Any]) -> PipelineRun:  # Any: column values
    return PipelineRun(
        run_id=row["id"],
        recording_id=row["recording_id"],
        status=RunStatus(row["status"]),
        options=read_options(row["options_json"]),
        created_at=read_time(row["created_at"]),
        started_at=read_optional_time(row["started_at"]),
        finished_at=read_optional_time(row["finished_at"]),
        models=read_models(row["models_json"]),
        stage_seconds=read_seconds(row["stage_seconds_json"]),
        software_version=row["software_version"],
        error_kind=row["error_kind"],
        error_message=row["error_message"],
        evidence_sha256=row["evidence_sha256"],
    )
