"""Thread-safe registry of an engine's jobs and their states, and the base class of engines."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Generic

from pipeline.core.events import RunEvent
from pipeline.core.options import PipelineOptions
from pipeline.core.progress import StageProgress
from pipeline.engines.engine import (
    EngineClosedError,
    JobNotEndedError,
    JobRequest,
    JobState,
    JobStatus,
    ResultT,
    UnknownJobError,
)
from pipeline.engines.fair_order import FairOrder, QueuedTurn
from pipeline.engines.outcome import Outcome


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """A job taken from the queue for a worker to run."""

    job_id: str
    request: JobRequest


@dataclass(slots=True)
class _Entry(Generic[ResultT]):
    request: JobRequest
    status: JobStatus[ResultT]
    is_cancel_requested: bool = False
    is_put_back: bool = False
    events: list[RunEvent] = field(default_factory=list)


class JobBoard(Generic[ResultT]):
    """A thread-safe queue of jobs with their states, in which users take turns."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry[ResultT]] = {}  # in order of submission
        self._counts: Counter[JobState] = Counter()
        self._order = FairOrder()
        self._queued: Mapping[str, int] | None = None  # jobs ahead of each, None if outdated
        self._changed = threading.Condition()
        self._is_closed = False
        self._expected: PipelineOptions | None = None
        self._num_workers = 0

    @property
    def is_closed(self) -> bool:
        """Whether new jobs are refused."""
        with self._changed:
            return self._is_closed

    def add(self, request: JobRequest) -> str:
        """Queue a job and return its id.

        Raises:
            EngineClosedError: after `close`.
        """
        with self._changed:
            if self._is_closed:
                raise EngineClosedError("The program is closing and accepts no more recordings.")
            job_id = uuid.uuid4().hex
            self._entries[job_id] = _Entry(request, JobStatus(JobState.QUEUED))
            self._counts[JobState.QUEUED] += 1
            self._note_change()
            return job_id

    def take_next(self) -> QueuedJob | None:
        """Mark the first queued job as running and return it, or None if the queue is empty."""
        with self._changed:
            job_id = next(iter(self._places()), None)
            if job_id is None:
                return None
            entry = self._entries[job_id]
            if not entry.is_put_back:  # it has had its turn
                self._order.note_start(_turn(job_id, entry))
            entry.is_put_back = False
            self._expected = None  # the worker is busy with this job instead
            self._move(entry, replace(entry.status, state=JobState.RUNNING))
            return QueuedJob(job_id, entry.request)

    def expect(self, options: PipelineOptions) -> None:
        """Store the options of an expected job, so that the worker can load its models."""
        with self._changed:
            self._expected = options
            self._changed.notify_all()

    def take_expected(self) -> PipelineOptions | None:
        """Remove and return the options stored by `expect`, or None without any."""
        with self._changed:
            expected, self._expected = self._expected, None
            return expected

    def wait_for_work(self, timeout_s: float) -> QueuedJob | PipelineOptions | None:
        """Take and return the next job or else the expected options, after waiting for either.

        Returns:
            None after the timeout or `close`.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or self._has_work(), timeout_s)
            return self.take_next() or self.take_expected()

    def has_work(self) -> bool:
        """Return whether a job is queued or options are expected."""
        with self._changed:
            return self._has_work()

    def add_worker(self) -> bool:
        """Wait until there are fewer workers than unfinished jobs, then increase the worker count.

        Returns:
            False after `close`.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or self._lacks_workers())
            if not self._is_closed:
                self._num_workers += 1
            return not self._is_closed

    def remove_worker(self) -> None:
        """Decrease the worker count."""
        with self._changed:
            self._num_workers -= 1
            self._changed.notify_all()

    def put_back(self, job_id: str) -> None:
        """Return a running job to the front of the queue, and keep its progress."""
        with self._changed:
            entry = self._find(job_id)
            if self._is_closed:
                self._end(entry, Outcome(JobState.INTERRUPTED))
            elif entry.is_cancel_requested:
                self._end(entry, Outcome(JobState.CANCELLED))
            else:
                entry.is_put_back = True
                self._move(entry, replace(entry.status, state=JobState.QUEUED, worker=""))

    def report(self, job_id: str, progress: StageProgress) -> None:
        """Record the progress of a running job; do nothing if it has ended."""
        with self._changed:
            entry = self._find(job_id)
            if entry.status.state is JobState.RUNNING:
                entry.status = replace(entry.status, progress=progress)

    def note_continuation(self, job_id: str) -> None:
        """Count a continuation of a job by another worker after a crash."""
        with self._changed:
            entry = self._find(job_id)
            continuations = entry.status.continuations + 1
            entry.status = replace(entry.status, continuations=continuations)

    def note_worker(self, job_id: str, worker: str) -> None:
        """Record the name of the machine that runs a job; do nothing if it does not run."""
        with self._changed:
            entry = self._find(job_id)
            if entry.status.state is JobState.RUNNING:
                entry.status = replace(entry.status, worker=worker)

    def note(self, job_id: str, run_event: RunEvent) -> None:
        """Record a partial result of a running job; do nothing if it has ended."""
        with self._changed:
            entry = self._find(job_id)
            if entry.status.state is JobState.RUNNING:
                entry.events.append(run_event)

    def events(self, job_id: str, after: int) -> tuple[RunEvent, ...]:
        """Return the partial results of a job, without the first `after`.

        Raises:
            UnknownJobError: there is no such job.
        """
        with self._changed:
            return tuple(self._find(job_id).events[after:])

    def end(self, job_id: str, outcome: Outcome[ResultT]) -> None:
        """Record the outcome of an ended job."""
        with self._changed:
            self._end(self._find(job_id), outcome)

    def request_cancel(self, job_id: str) -> None:
        """Cancel a queued job at once; mark a running job for cancellation by the engine.

        Raises:
            UnknownJobError: there is no such job.
        """
        with self._changed:
            entry = self._find(job_id)
            entry.is_cancel_requested = True
            if entry.status.state is JobState.QUEUED:
                self._end(entry, Outcome(JobState.CANCELLED))

    def is_cancel_requested(self, job_id: str) -> bool:
        """Return whether cancellation of the job was requested.

        Raises:
            UnknownJobError: there is no such job.
        """
        with self._changed:
            return self._find(job_id).is_cancel_requested

    def status(self, job_id: str) -> JobStatus[ResultT]:
        """Return the current status of a job.

        Raises:
            UnknownJobError: there is no such job.
        """
        with self._changed:
            return self._status(job_id)

    def queue(self) -> Mapping[str, int]:
        """Return the number of jobs ahead of each queued job; see `Engine.queue`."""
        with self._changed:
            return self._places()

    def wait(self, job_id: str, timeout_s: float | None) -> JobStatus[ResultT]:
        """Wait until a job has ended or the timeout has passed; return its status.

        Raises:
            UnknownJobError: there is no such job.
        """
        with self._changed:
            entry = self._find(job_id)
            self._changed.wait_for(lambda: entry.status.state.is_final, timeout_s)
            return self._status(job_id)

    def forget(self, job_id: str) -> None:
        """Discard a job that has ended.

        Raises:
            UnknownJobError: there is no such job.
            JobNotEndedError: the job is queued or running.
        """
        with self._changed:
            state = self._find(job_id).status.state
            if not state.is_final:
                raise JobNotEndedError(f"Job {job_id} has not ended; cancel it first.")
            del self._entries[job_id]
            self._counts[state] -= 1

    def close(self) -> None:
        """Refuse new jobs and end the queued ones as INTERRUPTED."""
        with self._changed:
            self._is_closed = True
            for entry in self._entries.values():
                if entry.status.state is JobState.QUEUED:
                    self._end(entry, Outcome(JobState.INTERRUPTED))
            self._changed.notify_all()

    def _has_work(self) -> bool:
        return self._expected is not None or self._counts[JobState.QUEUED] > 0

    def _lacks_workers(self) -> bool:
        unfinished = self._counts[JobState.QUEUED] + self._counts[JobState.RUNNING]
        return max(unfinished, self._expected is not None) > self._num_workers

    def _find(self, job_id: str) -> _Entry[ResultT]:
        entry = self._entries.get(job_id)
        if entry is None:
            raise UnknownJobError(f"There is no job {job_id!r}.")
        return entry

    def _status(self, job_id: str) -> JobStatus[ResultT]:
        status = self._find(job_id).status
        if status.state is not JobState.QUEUED:
            return status
        return replace(status, queue_position=self._places()[job_id])

    def _places(self) -> Mapping[str, int]:
        """Return the number of jobs ahead of each queued job, in the order in which they start."""
        if self._queued is None:
            queued = {
                job_id: entry
                for job_id, entry in self._entries.items()
                if entry.status.state is JobState.QUEUED
            }
            arranged = [job_id for job_id, entry in queued.items() if entry.is_put_back]
            arranged += self._order.arrange(
                _turn(job_id, entry) for job_id, entry in queued.items() if not entry.is_put_back
            )
            num_running = self._counts[JobState.RUNNING]
            places = {job_id: place for place, job_id in enumerate(arranged, num_running)}
            self._queued = MappingProxyType(places)
        return self._queued

    def _end(self, entry: _Entry[ResultT], outcome: Outcome[ResultT]) -> None:
        if entry.status.state.is_final:
            return
        if entry.is_cancel_requested:
            outcome = Outcome(JobState.CANCELLED)
        ended = replace(
            entry.status,
            state=outcome.state,
            result=outcome.result,
            failure=outcome.failure,
            worker="",
        )
        self._move(entry, ended)

    def _move(self, entry: _Entry[ResultT], status: JobStatus[ResultT]) -> None:
        """Store the status of a job whose state changes."""
        self._counts[entry.status.state] -= 1
        self._counts[status.state] += 1
        entry.status = status
        self._note_change()

    def _note_change(self) -> None:
        """Discard the computed order of the queue and wake the waiting threads."""
        self._queued = None
        self._changed.notify_all()


def _turn(job_id: str, entry: _Entry[ResultT]) -> QueuedTurn:
    return QueuedTurn(job_id, entry.request.person, entry.request.priority)


class QueueingEngine(Generic[ResultT]):
    """An engine with its jobs on a board, from which subclasses take and run them."""

    def __init__(self) -> None:
        self._board: JobBoard[ResultT] = JobBoard()

    def status(self, job_id: str) -> JobStatus[ResultT]:
        """Return the current status of a job; see `Engine.status`."""
        return self._board.status(job_id)

    def queue(self) -> Mapping[str, int]:
        """Return the number of jobs ahead of each queued job; see `Engine.queue`."""
        return self._board.queue()

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
