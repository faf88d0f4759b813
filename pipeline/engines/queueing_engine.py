"""Base class of execution engines, with the methods that depend on the queue alone."""

from __future__ import annotations

from typing import Generic

from pipeline.core.events import RunEvent
from pipeline.engines.engine import JobStatus, ResultT
from pipeline.engines.job_board import JobBoard


class QueueingEngine(Generic[ResultT]):
    """An engine with its jobs on a board, from which subclasses take and run them."""

    def __init__(self) -> None:
        self._board: JobBoard[ResultT] = JobBoard()

    def status(self, job_id: str) -> JobStatus[ResultT]:
        """Return the current status of a job; see `Engine.status`."""
        return self._board.status(job_id)

    def wait(self, job_id: str, *, timeout_s: float | None = None) -> JobStatus[ResultT]:
        """Wait until the job has ended or the timeout has passed; see `Engine.wait`."""
        return self._board.wait(job_id, timeout_s)

    def events(self, job_id: str, *, after: int = 0) -> tuple[RunEvent, ...]:
        """Return the partial results of a job in order, without the first `after`."""
        return self._board.events(job_id, after)

    def cancel(self, job_id: str) -> None:
        """Cancel a job; see `Engine.cancel`."""
        self._board.request_cancel(job_id)

    def forget(self, job_id: str) -> None:
        """Discard a job that has ended; see `Engine.forget`."""
        self._board.forget(job_id)
