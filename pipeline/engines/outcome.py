"""Execution of one job, with exceptions converted to outcomes."""

from __future__ import annotations

import errno
import logging
from dataclasses import dataclass
from typing import Any, Generic  # Any: an outcome without a result

from pipeline.core.errors import PipelineError, TranscriptionCancelled
from pipeline.core.events import OnEvent
from pipeline.core.options import PipelineOptions
from pipeline.core.progress import OnProgress
from pipeline.engines.engine import (
    JobFailure,
    JobRequest,
    JobState,
    LoadRunner,
    Preparable,
    ResultT,
    ResultT_co,
    Runner,
)

OUT_OF_MEMORY = "OutOfMemory"
UNEXPECTED = "Unexpected"
WORKER_DIED = "WorkerDied"
RESULT_LOST = "ResultLost"
DISK_FULL = "DiskFullError"  # the same kind as in the storage

_DISK_FULL_CODES = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[ResultT_co]):
    """The final state of a job with its result or its failure, if any."""

    state: JobState
    result: ResultT_co | None = None
    failure: JobFailure | None = None

    def __post_init__(self) -> None:
        if not self.state.is_final:
            raise ValueError(f"an Outcome needs a final state, got {self.state.value!r}")


def failed(kind: str, message: str) -> Outcome[ResultT_co]:
    """Create the outcome of a failed job."""
    return Outcome(JobState.FAILED, failure=JobFailure(kind, message))


def worker_died() -> Outcome[Any]:
    """Return the failure of a job whose workers crashed too often."""
    return failed(
        WORKER_DIED,
        "The transcription process stopped unexpectedly, most often because memory "
        "ran out. Close other programs and try again, or use a shorter recording.",
    )


class LazyRunner(Generic[ResultT]):
    """A runner that creates the actual runner at the first job and reuses it."""

    def __init__(self, load: LoadRunner[ResultT]) -> None:
        self._load = load
        self._runner: Runner[ResultT] | None = None

    def __call__(self, request: JobRequest, on_progress: OnProgress, on_event: OnEvent) -> ResultT:
        """Run one job, creating the runner first if needed.

        Raises:
            PipelineError: loading or the job failed.
        """
        return self._loaded()(request, on_progress, on_event)

    def prepare(self, options: PipelineOptions) -> None:
        """Load the models that a job with these options would need.

        Raises:
            PipelineError: loading failed.
        """
        runner = self._loaded()
        if isinstance(runner, Preparable):
            runner.prepare(options)

    def _loaded(self) -> Runner[ResultT]:
        if self._runner is None:
            self._runner = self._load()
        return self._runner


def run_job(
    runner: Runner[ResultT],
    request: JobRequest,
    on_progress: OnProgress,
    on_event: OnEvent,
) -> Outcome[ResultT]:
    """Run one job and return its outcome, which holds a message if an exception ended it."""
    try:
        return Outcome(JobState.DONE, result=runner(request, on_progress, on_event))
    except Exception as error:
        return outcome_of(error)


def outcome_of(error: Exception) -> Outcome[Any]:
    """Convert the exception that ended a job to its outcome."""
    if isinstance(error, TranscriptionCancelled):
        return Outcome(JobState.CANCELLED)
    if isinstance(error, PipelineError):
        _log.info("job failed: %s", type(error).__name__, exc_info=error)
        return failed(type(error).__name__, str(error))
    if isinstance(error, MemoryError):
        _log.error("job ran out of memory", exc_info=error)
        return failed(
            OUT_OF_MEMORY,
            "There was not enough memory for this recording. "
            "Close other programs, or cut the recording into shorter files.",
        )
    _log.error("job failed unexpectedly", exc_info=error)
    if isinstance(error, OSError) and error.errno in _DISK_FULL_CODES:
        return failed(DISK_FULL, "The disk is full. Free some space, then try again.")
    return failed(
        UNEXPECTED,
        "An internal error occurred that is unrelated to your choices. "
        "Try again; if it happens again, look for the cause in the program's log.",
    )
