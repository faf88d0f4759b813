"""What an execution engine is asked for, what it answers, the role it plays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Generic, Protocol, TypeVar, runtime_checkable

from pipeline.findings import Finding, OnFinding
from pipeline.options import PipelineOptions
from pipeline.progress import OnProgress, StageProgress

SCRATCH_AUDIO = "audio.flac"  # in scratch_dir: the copy of the recording that is played
SCRATCH_PEAKS = "peaks.bin"  # in scratch_dir: the waveform's picture

ResultT = TypeVar("ResultT")
ResultT_co = TypeVar("ResultT_co", covariant=True)


@dataclass(frozen=True, slots=True)
class JobRequest:
    """One recording to work on. It crosses processes, so it names files and holds none.

    Attributes:
        audio_path: the recording, readable where the engine runs.
        options: what the person chose.
        scratch_dir: an existing folder for SCRATCH_AUDIO and SCRATCH_PEAKS; None where they are
            not wanted. Whoever submits the job removes it after the job has ended.
        checkpoint_dir: a folder that outlives the worker and the program; None where nothing is to
            be kept. The runner writes what is finished there, and a job that is submitted again
            with the same folder goes on from there. It holds what belongs to one recording,
            options and models: anything else in it is discarded.
        max_samples: at 16 kHz; a longer recording is refused. None for no limit but the pipeline's
            own.
    """

    audio_path: Path
    options: PipelineOptions
    scratch_dir: Path | None = None
    checkpoint_dir: Path | None = None
    max_samples: int | None = None


class JobState(str, Enum):
    """Where a job is in its life."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def is_final(self) -> bool:
        """Whether the job has ended, one way or another."""
        return self not in (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class JobFailure:
    """Why a job failed.

    Attributes:
        kind: name of the PipelineError, or one of the kinds in `outcome.py`.
        message: one sentence for the person who asked for the job.
    """

    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class JobStatus(Generic[ResultT_co]):
    """A job as it stood when it was asked about.

    Attributes:
        state: where it is in its life.
        progress: the latest report of the work, None before the first.
        result: what the work gave; only where state is DONE.
        failure: why there is no result; only where state is FAILED.
        queue_position: jobs that will run before this one; 0 once it runs or has ended.
        continuations: how often its worker died and another one took over.
    """

    state: JobState
    progress: StageProgress | None = None
    result: ResultT_co | None = None
    failure: JobFailure | None = None
    queue_position: int = 0
    continuations: int = 0


class Runner(Protocol[ResultT_co]):
    """The work itself, with its models loaded or ready to be."""

    def __call__(
        self, request: JobRequest, on_progress: OnProgress, on_finding: OnFinding
    ) -> ResultT_co:
        """Do one job. Lets through what `on_progress` raises: that is how it is stopped.

        Args:
            request: what is to be done.
            on_progress: told how far the work is.
            on_finding: told what was found as soon as it is certain enough to be shown.

        Raises:
            PipelineError: with a message for the person who asked.
        """
        ...


@runtime_checkable
class Preparable(Protocol):
    """A Runner whose models can be loaded before a job wants them."""

    def prepare(self, options: PipelineOptions) -> None:
        """Load what a job with these options would load first.

        Raises:
            PipelineError: as the job itself would.
        """
        ...


LoadRunner = Callable[[], Runner[ResultT]]
"""Makes a Runner where the work is to happen; a function at the top of a module, so that
another process can find it by its name."""


class Engine(Protocol[ResultT_co]):
    """Runs jobs one after the other in the order they came; asked, it says how far they are.

    Where a worker dies, another one goes on with its job from the job's `checkpoint_dir`, as long
    as more of the work is kept each few times; then the job fails.
    """

    def submit(self, request: JobRequest) -> str:
        """Put a job in the queue.

        Returns:
            The job's id.

        Raises:
            EngineClosedError: after `close`.
        """
        ...

    def status(self, job_id: str) -> JobStatus[ResultT_co]:
        """How the job stands now.

        Raises:
            UnknownJobError: if there is no such job, or it was forgotten.
        """
        ...

    def wait(self, job_id: str, *, timeout_s: float | None = None) -> JobStatus[ResultT_co]:
        """How the job stands once it has ended, or after `timeout_s` seconds.

        Raises:
            UnknownJobError: if there is no such job, or it was forgotten.
        """
        ...

    def findings(self, job_id: str, *, after: int = 0) -> tuple[Finding, ...]:
        """What the job has found, in order, without the first `after` findings.

        Raises:
            UnknownJobError: if there is no such job, or it was forgotten.
        """
        ...

    def prepare(self, options: PipelineOptions) -> None:
        """Get ready for a job that somebody is about to submit; jobs in the queue go first.

        Whatever goes wrong is left for the job itself to tell.
        """
        ...

    def cancel(self, job_id: str) -> None:
        """Stop a job. One that has not ended yet ends as CANCELLED; an ended one stays as it is.

        Raises:
            UnknownJobError: if there is no such job, or it was forgotten.
        """
        ...

    def forget(self, job_id: str) -> None:
        """Let go of an ended job with its result.

        Raises:
            UnknownJobError: if there is no such job, or it was forgotten.
            JobNotEndedError: if the job is still queued or running.
        """
        ...

    def close(self) -> None:
        """Stop everything; jobs that had not ended are INTERRUPTED. Closing twice is fine."""
        ...
