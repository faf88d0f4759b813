"""Progress of transcription runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from pipeline.core.progress import Stage, overall_fraction
from pipeline.core.result import PipelineResult
from pipeline.engines.engine import JobRequest, JobState, JobStatus
from storage.db.records import PipelineRun, RunStatus

# Shown as running until the end is stored: the page asks no more once a run has ended.
_STILL_TO_BE_SAVED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class LiveRunState(Enum):
    """State of a live recording in progress."""

    RECORDING = "recording"
    PAUSED = "paused"
    ENDING = "ending"


@dataclass(frozen=True, slots=True)
class RunProgress:
    """Progress of a transcription run at one moment.

    Attributes:
        run_id: id of the run.
        recording_id: id of its recording.
        status: status; DONE only when the transcript can be opened.
        stage: current stage; None while queued and after the end.
        fraction: completed share, in [0, 1].
        queue_position: number of runs before it; 0 once it has begun.
        elapsed_seconds: seconds since it began; 0 while queued.
        seconds_left: seconds until the end of a running run, or until a queued one begins; None
            if unknown.
        is_continued: whether it was resumed after a crash or restart.
        error_kind: class of the failure, None without failure.
        error_message: message of the failure.
        is_live: whether its recording is still being made.
        live_state: state of that recording; None for other runs.
        person: name of the person who requested it; "" if unknown, and after the end.
        worker: name of the machine that transcribes it; "" unless it is running.
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
    is_live: bool = False
    live_state: LiveRunState | None = None
    person: str = ""
    worker: str = ""


class RunsAtWork(Mapping[str, RunProgress]):
    """Progress of the runs whose end is not stored, by run id.

    Attributes:
        active: of the runs that have begun.
        queued: of the others, in the order in which they start. It is the same object until the
            queue or its estimated waiting times change.
    """

    def __init__(
        self, active: Mapping[str, RunProgress], queued: Mapping[str, RunProgress]
    ) -> None:
        self.active = active
        self.queued = queued

    def __getitem__(self, run_id: str) -> RunProgress:
        """Return the progress of a run; raise KeyError if it is not at work."""
        found = self.active.get(run_id)
        return self.queued[run_id] if found is None else found

    def __iter__(self) -> Iterator[str]:
        """Yield the ids of the runs, those that have begun first."""
        yield from self.active
        yield from (each for each in self.queued if each not in self.active)

    def __len__(self) -> int:
        """Return the number of runs."""
        return sum(1 for _ in self)


def stored_progress(run: PipelineRun) -> RunProgress:
    """Return the progress of a run from its database row, for runs without a job in the engine."""
    return RunProgress(
        run_id=run.run_id,
        recording_id=run.recording_id,
        status=run.status,
        fraction=1.0 if run.status is RunStatus.DONE else 0.0,
        elapsed_seconds=_seconds_between(run.started_at, run.finished_at),
        error_kind=run.error_kind,
        error_message=run.error_message,
        is_live=run.is_recorded_live and run.status is RunStatus.RUNNING,
    )


def job_progress(
    run: PipelineRun,
    status: JobStatus[PipelineResult],
    *,
    request: JobRequest,
    is_resumed: bool,
    elapsed_seconds: float,
    seconds_left: float | None,
) -> RunProgress:
    """Return the progress of a run from the status of its job in the engine."""
    progress = status.progress
    shown = RunProgress(
        run_id=run.run_id,
        recording_id=run.recording_id,
        status=RunStatus(status.state.value),
        queue_position=status.queue_position,
        elapsed_seconds=elapsed_seconds,
        is_continued=is_resumed or status.continuations > 0,
        person=request.person,
        worker=status.worker,
    )
    if status.state in _STILL_TO_BE_SAVED:
        return replace(
            shown, status=RunStatus.RUNNING, stage=Stage.FINISH, fraction=1.0, seconds_left=0.0
        )
    if status.state is not JobState.RUNNING:
        return shown
    if progress is None:
        return replace(shown, stage=Stage.LOAD_MODELS)
    without = (Stage.RECOGNIZE, Stage.PUNCTUATE) if request.options.diarize_only else ()
    return replace(
        shown,
        stage=progress.stage,
        fraction=overall_fraction(progress, without=without),
        seconds_left=None if progress.stage is Stage.FETCH_MODELS else seconds_left,
    )


def latest_known(run: PipelineRun, at_work: Mapping[str, RunProgress]) -> RunProgress:
    """Return a run's progress from its row if it has ended, else from its job if there is one.

    Args:
        run: row, read after `at_work`.
        at_work: progress of jobs by run id.
    """
    if run.status.is_final:
        return stored_progress(run)
    return at_work.get(run.run_id) or stored_progress(run)


def _seconds_between(start: datetime | None, end: datetime | None) -> float:
    return 0.0 if start is None or end is None else (end - start).total_seconds()
