"""JSON of the work page: transcriptions in progress, and recordings by review state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any  # the dictionaries are JSON

from webui.services.access import Visitor
from webui.services.work import Job, Overview, Reviewable, ReviewState
from webui.views.recordings import run_view

MAX_SHOWN = 100  # recordings per review state, and transcriptions


def work_view(overview: Overview, visitor: Visitor) -> dict[str, Any]:
    """Return the JSON of the work page for a visitor."""
    return {
        "num_jobs": len(overview.jobs),
        "jobs": [_job_view(each, visitor) for each in overview.jobs[:MAX_SHOWN]],
        "groups": [
            _group_view(state, [each for each in overview.reviewables if each.state is state])
            for state in ReviewState
        ],
    }


def _job_view(job: Job, visitor: Visitor) -> dict[str, Any]:
    return {
        "run": run_view(job.run),
        "recording_id": job.run.recording_id,
        "title": job.title,
        "duration_ms": job.duration_ms,
        "person": job.run.person,
        "worker": job.run.worker,
        "is_own": job.run.person == visitor.person,
    }


def _group_view(state: ReviewState, found: Sequence[Reviewable]) -> dict[str, Any]:
    if state is ReviewState.DONE:
        found = found[::-1]  # the latest ones are of interest
    return {
        "state": state.value,
        "total": len(found),
        "recordings": [
            {
                "id": each.listed.recording.recording_id,
                "title": each.listed.recording.title,
                "duration_ms": each.listed.recording.duration_ms,
                "claimed_by": each.listed.claimed_by,
                "percent": 0 if each.listed.progress is None else each.listed.progress.percent,
                "num_flagged": each.num_flagged,
            }
            for each in found[:MAX_SHOWN]
        ],
    }
