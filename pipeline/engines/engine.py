"""Interface of an execution engine, with its requests and results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum
from pathlib import Path
from typing import Generic, Protocol, TypeVar, runtime_checkable

from pipeline.core.errors import PipelineError
from pipeline.core.events import OnEvent, RunEvent
from pipeline.core.options import PipelineOptions
from pipeline.core.progress import OnProgress, StageProgress
from pipeline.inputs.store_address import StoreAddress

SCRATCH_AUDIO = "audio.flac"  # in scratch_dir: the playback copy of the recording
SCRATCH_PEAKS = "peaks.bin"  # in scratch_dir: the peaks of the waveform

ResultT = TypeVar("ResultT")
ResultT_co = TypeVar("ResultT_co", covariant=True)


class Priority(IntEnum):
    """The priority of a job among the queued ones; the lowest value is first."""

    LIVE = 0  # completes the transcript of a live recording
    SHORT = 1
    LONG = 2


@dataclass(frozen=True, slots=True)
class JobRequest:
    """A recording to transcribe, described by file names and options only.

    Attributes:
        audio_path: the recording, readable where the engine runs; if it has an address, its name.
        options: the requested options.
        scratch_dir: an existing folder for SCRATCH_AUDIO and SCRATCH_PEAKS; None if they are
            not needed. The submitter removes it after the job has ended.
        checkpoint_dir: a folder that outlives the worker and the program; None for no
            checkpoint. The runner stores finished work there, and a job submitted again
            with the same folder continues from there. It belongs to one recording, its
            options and models: any other content is discarded.
        max_samples: at 16 kHz; a longer recording is refused. None for only the limit of the
            pipeline.
        person: user who requested the job; users take turns in the queue. "" if unknown.
        priority: priority in the queue.
        address: address of the recording in an object store, from which the runner copies it;
            None for a file.
    """

    audio_path: Path
    options: PipelineOptions
    scratch_dir: Path | None = None
    checkpoint_dir: Path | None = None
    max_samples: int | None = None
    person: str = ""
    priority: Priority = Priority.LONG
    address: StoreAddress | None = None


class JobState(str, Enum):
    """The state of a job."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def is_final(self) -> bool:
        """Whether the job has ended."""
        return self not in (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class JobFailure:
    """The reason why a job failed.

    Attributes:
        kind: name of the PipelineError, or one of the kinds in `outcome.py`.
        message: one sentence for the user.
    """

    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class JobStatus(Generic[ResultT_co]):
    """A snapshot of the status of a job.

    Attributes:
        state: state of the job.
        progress: the latest progress report, None before the first.
        result: result of the job; only if state is DONE.
        failure: reason of the failure; only if state is FAILED.
        queue_position: number of jobs ahead; 0 once it runs or has ended.
        continuations: number of workers that continued the job after a crash.
        worker: name of the machine that runs the job; "" unless it runs.
    """

    state: JobState
    progress: StageProgress | None = None
    result: ResultT_co | None = None
    failure: JobFailure | None = None
    queue_position: int = 0
    continuations: int = 0
    worker: str = ""


class Runner(Protocol[ResultT_co]):
    """A callable that runs jobs and loads models as needed."""

    def __call__(
        self, request: JobRequest, on_progress: OnProgress, on_event: OnEvent
    ) -> ResultT_co:
        """Run one job; an exception that `on_progress` raises stops the job and is passed on.

        Args:
            request: the job.
            on_progress: receives progress reports.
            on_event: receives each partial result as soon as it can be shown.

        Raises:
            PipelineError: the job failed; the message is for the user.
        """
        ...


@runtime_checkable
class Preparable(Protocol):
    """A runner that can load models before a job needs them."""

    def prepare(self, options: PipelineOptions) -> None:
        """Load the models that a job with these options would need first.

        Raises:
            PipelineError: a model is missing or damaged, as for the job itself.
        """
        ...


LoadRunner = Callable[[], Runner[ResultT]]
"""A module-level function that creates a Runner in the process that performs the work."""


class Engine(Protocol[ResultT_co]):
    """An executor of jobs in the order of FairOrder, in which users take turns.

    If a worker crashes, another one continues its job from the job's `checkpoint_dir`, as long as
    the checkpoint grows within a few crashes; otherwise the job fails.
    """

    @property
    def num_workers(self) -> int:
        """The largest number of jobs that run at the same time."""
        ...

    def submit(self, request: JobRequest) -> str:
        """Add a job to the queue.

        Returns:
            The job's id.

        Raises:
            EngineClosedError: after `close`.
        """
        ...

    def status(self, job_id: str) -> JobStatus[ResultT_co]:
        """Return the current status of a job.

        Raises:
            UnknownJobError: there is no such job, or it was forgotten.
        """
        ...

    def queue(self) -> Mapping[str, int]:
        """Return {id: number of jobs ahead} of the queued jobs, in the order in which they start.

        It is the same object until a job is queued, starts or ends.
        """
        ...

    def wait(self, job_id: str, *, timeout_s: float | None = None) -> JobStatus[ResultT_co]:
        """Wait until the job has ended or `timeout_s` seconds have passed; return its status.

        Raises:
            UnknownJobError: there is no such job, or it was forgotten.
        """
        ...

    def events(self, job_id: str, *, after: int = 0) -> tuple[RunEvent, ...]:
        """Return the partial results of a job in order, without the first `after`.

        Raises:
            UnknownJobError: there is no such job, or it was forgotten.
        """
        ...

    def prepare(self, options: PipelineOptions) -> None:
        """Load models for a job that will soon be submitted, after all queued jobs.

        Errors are ignored here and reported by the job itself.
        """
        ...

    def cancel(self, job_id: str) -> None:
        """Cancel a job, which then ends as CANCELLED unless it has ended already.

        Raises:
            UnknownJobError: there is no such job, or it was forgotten.
        """
        ...

    def forget(self, job_id: str) -> None:
        """Discard a job that has ended, and its result.

        Raises:
            UnknownJobError: there is no such job, or it was forgotten.
            JobNotEndedError: the job is still queued or running.
        """
        ...

    def close(self) -> None:
        """Stop all work and end unfinished jobs as INTERRUPTED; repeated calls have no effect."""
        ...


class EngineClosedError(PipelineError, RuntimeError):
    """Error for a job that was submitted to a closed engine."""


class UnknownJobError(PipelineError, LookupError):
    """Error for a job id that the engine did not issue or has discarded."""


class JobNotEndedError(PipelineError, RuntimeError):
    """Error for discarding a job that is still queued or running."""
