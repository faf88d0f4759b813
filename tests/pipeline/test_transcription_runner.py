"""The work of a job as the worker does it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.audio import SAMPLE_RATE_HZ
from pipeline.engines.engine import JobRequest
from pipeline.engines.runner_settings import RunnerSettings
from pipeline.errors import RecordingTooLongError
from pipeline.findings import ignore_finding
from pipeline.models.locations import ModelLocations
from pipeline.options import PipelineOptions
from pipeline.progress import ignore_progress
from tests.dev_data import REPOSITORY

DEMO = REPOSITORY / "assets" / "demo" / "demo.flac"


def test_a_recording_longer_than_the_job_allows_is_refused(tmp_path: Path) -> None:
    run = RunnerSettings(ModelLocations(offline=True))()
    request = JobRequest(
        DEMO, PipelineOptions(diarize_only=True), tmp_path, max_samples=SAMPLE_RATE_HZ
    )

    with pytest.raises(RecordingTooLongError, match="is longer than"):
        run(request, ignore_progress, ignore_finding)
