"""How far a run has come, as it is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.core.options import PipelineOptions
from pipeline.core.progress import Stage, overall_fraction
from pipeline.core.result import PipelineResult
from pipeline.engines.engine import JobState, JobStatus
from storage.db.records import PipelineRun, RunStatus
from webui.services.runs.time_left import Job, waiting_seconds

# To a person they go on until what they gave can be opened, or read in the run's message.
_STILL_TO_BE_SAVED = (JobState.DONE, JobState.FAILED)


@dataclass(frozen=True, slots=True)
class RunProgress:
    """A run at the moment it was asked about.

    Attributes:
        run_id: which run.
        recording_id: what it works on.
        status: where it is in its life; DONE only when its transcript can be opened.
        stage: what it is doing; None while it waits, and when it has ended.
        fraction: how much of everything is done, in [0, 1].
        queue_position: runs before it; 0 once it has begun.
        elapsed_seconds: since it began; 0 while it waits.
        seconds_left: until it is done, while it runs; until it begins, while it waits. None where
            that cannot be known.
        is_continued: whether it was stopped by a death or a restart, and goes on.
        error_kind: class of the failure, None where there is none.
        error_message: the sentence that says why it failed.
    """

    run_id: str
    recording_id: str
    status: RunStatus
    stage: Stage | None = None
    fraction: float = 0.0
    queue_position: int = 0
    elapsed_seconds: float = 0.0
    seconds_left: float | None = None
    is_continued: bool = False
    error_kind: str | None = None
    error_message: str | None = None


def stored_progress(run: PipelineRun) -> RunProgress:
    """The progress of a run of which only its row is known: it has ended, or is about to begin."""
    return RunProgress(
        run_id=run.run_id,
        recording_id=run.recording_id,
        status=run.status,
        fraction=1.0 if run.status is RunStatus.DONE else 0.0,
        elapsed_seconds=_seconds_between(run.started_at, run.finished_at),
        error_kind=run.error_kind,
        error_message=run.error_message,
    )


def job_progress(
    run: PipelineRun,
    status: JobStatus[PipelineResult],
    *,
    options: PipelineOptions,
    is_resumed: bool,
    elapsed_seconds: float,
    seconds_left: float | None,
) -> RunProgress:
    """The progress of a run whose job the engine still has."""
    progress = status.progress
    shown = RunProgress(
        run_id=run.run_id,
        recording_id=run.recording_id,
        status=RunStatus(status.state.value),
        queue_position=status.queue_position,
        elapsed_seconds=elapsed_seconds,
        is_continued=is_resumed or status.continuations > 0,
    )
    if status.state in _STILL_TO_BE_SAVED:
        return replace(
            shown, status=RunStatus.RUNNING, stage=Stage.FINISH, fraction=1.0, seconds_left=0.0
        )
    if status.state is not JobState.RUNNING:
        return shown
    if progress is None:
        return replace(shown, stage=Stage.LOAD_MODELS)
    without = (Stage.RECOGNIZE, Stage.PUNCTUATE) if options.diarize_only else ()
    return replace(
        shown,
        stage=progress.stage,
        fraction=overall_fraction(progress, without=without),
        seconds_left=None if progress.stage is Stage.FETCH_MODELS else seconds_left,
    )


def with_waits(
    at_work: Sequence[RunProgress], lengths_ms: Sequence[int | None]
) -> tuple[RunProgress, ...]:
    """The same, and those in the queue are told how long they wait for their turn.

    Args:
        at_work: in the order in which they run.
        lengths_ms: of the recording of each, None where it is not known.
    """
    jobs = [_as_job(run, length) for run, length in zip(at_work, lengths_ms, strict=True)]
    waits = zip(at_work, waiting_seconds(jobs), strict=True)
    return tuple(
        replace(run, seconds_left=wait_s) if run.status is RunStatus.QUEUED else run
        for run, wait_s in waits
    )


def _as_job(run: RunProgress, length_ms: int | None) -> Job:
    if run.status.is_final:  # nobody waits for it any more
        return Job(is_running=True, seconds_left=0.0)
    is_running = run.status is RunStatus.RUNNING
    return Job(is_running, length_ms, run.elapsed_seconds, run.seconds_left)


def latest_known(run: PipelineRun, at_work: Mapping[str, RunProgress]) -> RunProgress:
    """The progress of a run from its row, or from its job where the row lags behind.

    Args:
        run: the row, read after `at_work` was.
        at_work: the jobs' progress by the run's id.
    """
    if run.status.is_final:
        return stored_progress(run)
    return at_work.get(run.run_id) or stored_progress(run)


def _seconds_between(start: datetime | None, end: datetime | None) -> float:
    return 0.0 if start is None or end is None else (end - start).total_seconds()
