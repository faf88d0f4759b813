"""JSON of the work page: transcriptions in progress, and recordings by review state."""

from __future__ import annotations

from typing import Any  # the dictionaries are JSON

from webui.services.access import Visitor
from webui.services.review_index import ReviewState
from webui.services.work import Job, Overview, ReviewGroup
from webui.views.recordings import run_view


def work_view(overview: Overview, visitor: Visitor) -> dict[str, Any]:
    """Return the JSON of the work page for a visitor."""
    return {
        "num_jobs": overview.num_jobs,
        "jobs": [_job_view(each, visitor) for each in overview.jobs],
        "groups": [_group_view(state, group) for state, group in overview.groups.items()],
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


def _group_view(state: ReviewState, group: ReviewGroup) -> dict[str, Any]:
    return {
        "state": state.value,
        "total": group.total,
        "recordings": [
            {
                "id": each.listed.recording.recording_id,
                "title": each.listed.recording.title,
                "duration_ms": each.listed.recording.duration_ms,
                "claimed_by": each.listed.claimed_by,
                "percent": 0 if each.listed.progress is None else each.listed.progress.percent,
                "num_flagged": each.num_flagged,
            }
            for each in group.shown
        ],
    }
