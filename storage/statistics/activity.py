"""Totals of the runs and edits of a workspace, for monitoring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from storage.db.database import Connection
from storage.db.hidden_recordings import IS_VISIBLE
from storage.db.records import RunStatus


@dataclass(frozen=True, slots=True)
class Activity:
    """Totals of the recordings, runs and edits of a workspace.

    Attributes:
        num_recordings: number of recordings, including hidden ones.
        num_edits: all edits, undone ones included.
        runs: number of runs by status.
        failures: number of failed runs by kind of error.
        audio_s: length in seconds of the recordings of all finished runs.
        work_s: total seconds from start to end of all finished runs; work_s / audio_s is the
            real-time factor.
    """

    num_recordings: int
    num_edits: int
    runs: Mapping[RunStatus, int]
    failures: Mapping[str, int]
    audio_s: float
    work_s: float


def activity(db: Connection) -> Activity:
    """Return the totals of the recordings, runs and edits of a workspace."""
    (num_recordings,) = db.execute(
        f"SELECT count(*) FROM recordings WHERE {IS_VISIBLE.format(column='id')}"
    ).fetchone()
    (num_edits,) = db.execute("SELECT count(*) FROM edits WHERE parent_id IS NOT NULL").fetchone()
    by_status = dict(db.execute("SELECT status, count(*) FROM pipeline_runs GROUP BY status"))
    failures = db.execute(
        "SELECT ifnull(error_kind, 'unknown'), count(*) FROM pipeline_runs WHERE status = ? "
        "GROUP BY 1",
        [RunStatus.FAILED.value],
    )
    audio_s, work_s = db.execute(
        "SELECT ifnull(sum(r.duration_ms), 0) / 1000.0, "
        "ifnull(sum(julianday(p.finished_at) - julianday(p.started_at)), 0) * 86400 "
        "FROM pipeline_runs AS p JOIN recordings AS r ON r.id = p.recording_id WHERE p.status = ?",
        [RunStatus.DONE.value],
    ).fetchone()
    return Activity(
        num_recordings=num_recordings,
        num_edits=num_edits,
        runs={each: by_status.get(each.value, 0) for each in RunStatus},
        failures=dict(failures),
        audio_s=audio_s,
        work_s=work_s,
    )
