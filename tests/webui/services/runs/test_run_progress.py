"""Progress of a run between the end of its job and the storage of that end."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest

from pipeline.core.options import PipelineOptions
from pipeline.engines.engine import JobRequest, JobState, JobStatus
from storage.db.records import PipelineRun, RunStatus
from webui.services.runs.run_progress import job_progress

RUN = PipelineRun("1", "2", RunStatus.RUNNING, (), datetime(2026, 1, 1, tzinfo=timezone.utc))


@pytest.mark.parametrize("state", [JobState.DONE, JobState.FAILED, JobState.CANCELLED])
def test_a_run_has_not_ended_before_its_end_is_stored(state: JobState) -> None:
    shown = job_progress(
        RUN,
        JobStatus(state),
        request=JobRequest(Path("a.wav"), PipelineOptions()),
        is_resumed=False,
        elapsed_seconds=1.0,
        seconds_left=None,
    )

    assert shown.status is RunStatus.RUNNING
