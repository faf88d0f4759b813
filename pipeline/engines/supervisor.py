"""Control loop that sends jobs to a worker process, monitors it and replaces it after a crash."""

from __future__ import annotations

import logging
import platform
import time
from multiprocessing import connection
from multiprocessing.reduction import ForkingPickler
from typing import Any, Generic

from pipeline.core.options import PipelineOptions
from pipeline.engines.crash_count import CrashCount, kept_bytes
from pipeline.engines.engine import JobState, LoadRunner, ResultT
from pipeline.engines.job_board import JobBoard, QueuedJob
from pipeline.engines.outcome import Outcome, worker_died
from pipeline.engines.worker import (
    CancelJob,
    JobEnded,
    JobEvent,
    JobReport,
    Prepare,
    RunJob,
    result_lost,
    serve,
)
from pipeline.runtime.spawned_process import SpawnedProcess

_log = logging.getLogger(__name__)


class WorkerProcess(SpawnedProcess):
    """A spawned process that runs jobs, one at a time."""

    def __init__(self, load: LoadRunner[Any]) -> None:
        """Start the process.

        Args:
            load: creates the Runner inside the process.
        """
        super().__init__(serve, load, name="transcription-worker")


class Supervisor(Generic[ResultT]):
    """The control loop of a worker process, which runs in one thread.

    If a worker crashes, another one continues its job, up to the limit of crashes.

    Args:
        board: the jobs; other threads change it and then write to the wake pipe.
        load: creates the Runner inside the worker.
        wake: pipe that becomes readable when the board has changed.
        cancel_grace_s: seconds a cancelled job may take to stop by itself.
        idle_s: seconds after which an idle worker is stopped.
    """

    def __init__(
        self,
        board: JobBoard[ResultT],
        load: LoadRunner[ResultT],
        wake: connection.Connection,
        *,
        cancel_grace_s: float,
        idle_s: float,
    ) -> None:
        self._board = board
        self._load = load
        self._wake = wake
        self._cancel_grace_s = cancel_grace_s
        self._idle_s = idle_s
        self._worker: WorkerProcess | None = None
        self._job: QueuedJob | None = None
        self._is_sent = False
        self._crashes = CrashCount()
        self._kill_at_s: float | None = None

    def run(self) -> None:
        """Run jobs until the board is closed, then stop the worker and the current job."""
        try:
            while not self._board.is_closed:
                self._start_next()
                self._wait()
        finally:
            self._board.close()
            self._end_job(Outcome(JobState.INTERRUPTED))
            self._stop_worker()

    def _start_next(self) -> None:
        while not self._is_sent and (job := self._next_job()) is not None:
            try:
                self._running_worker().send(RunJob(job.job_id, job.request))
                self._is_sent = True
                self._board.note_worker(job.job_id, platform.node())
            except OSError:
                _log.exception("a worker process could not be started")
                self._handle_crash()
        if self._job is None and (expected := self._board.take_expected()) is not None:
            self._prepare(expected)

    def _prepare(self, options: PipelineOptions) -> None:
        try:
            self._running_worker().send(Prepare(options))
        except OSError:
            _log.exception("a worker process could not be started")
            self._stop_worker()

    def _next_job(self) -> QueuedJob | None:
        """Return the job to continue after a crash, or else take the next one from the queue."""
        if self._job is None:
            self._job, self._crashes = self._board.take_next(), CrashCount()
        return self._job

    def _running_worker(self) -> WorkerProcess:
        if self._worker is not None and not self._worker.is_alive:
            self._stop_worker()
        if self._worker is None:
            self._worker = WorkerProcess(self._load)
            _log.info("worker process %d started", self._worker.pid)
        return self._worker

    def _wait(self) -> None:
        worker = self._worker
        channels: list[connection.Connection | int] = [self._wake]
        if worker is not None:
            channels += [worker.events, worker.sentinel]
        ready = connection.wait(channels, self._wait_timeout_s())
        if self._wake in ready:
            self._wake.recv_bytes()
        self._forward_cancel()
        if worker is None:
            return
        if worker.events in ready:
            self._receive(worker)
        elif worker.sentinel in ready:
            self._handle_crash()
        elif self._kill_at_s is not None and time.monotonic() >= self._kill_at_s:
            self._kill_cancelled()
        elif not ready and self._job is None:
            _log.info("worker process %d stopped: idle", worker.pid)
            self._stop_worker()

    def _wait_timeout_s(self) -> float | None:
        if self._kill_at_s is not None:
            return max(0.0, self._kill_at_s - time.monotonic())
        return self._idle_s if self._job is None else None

    def _forward_cancel(self) -> None:
        if self._job is None or self._worker is None or self._kill_at_s is not None:
            return
        if self._board.is_cancel_requested(self._job.job_id):
            self._kill_at_s = time.monotonic() + self._cancel_grace_s
            try:
                self._worker.send(CancelJob(self._job.job_id))
            except OSError:
                _log.info("worker process exited before it received the cancellation")

    def _kill_cancelled(self) -> None:
        self._stop_worker()
        if self._job is not None:  # the next recording often follows a cancelled one
            self._board.expect(self._job.request.options)
        self._end_job(Outcome(JobState.CANCELLED))

    def _receive(self, worker: WorkerProcess) -> None:
        try:
            message = worker.receive()
        except (EOFError, OSError):
            self._handle_crash()
            return
        try:
            event = _unpickle(message)
        except Exception:
            _log.exception("the worker's message cannot be unpickled")
            self._end_job(result_lost())
            return
        if isinstance(event, JobReport):
            self._board.report(event.job_id, event.progress)
        elif isinstance(event, JobEvent):
            self._board.note(event.job_id, event.run_event)
        elif isinstance(event, JobEnded):
            self._end_job(event.outcome)

    def _handle_crash(self) -> None:
        self._stop_worker()
        job = self._job
        if job is None:
            return
        self._crashes = self._crashes.with_crash(kept_bytes(job.request.checkpoint_dir))
        _log.error("worker process crashed during job %s (%d)", job.job_id, self._crashes.count)
        if self._crashes.is_crash_loop or self._board.is_cancel_requested(job.job_id):
            self._end_job(worker_died())
        else:
            self._is_sent = False
            self._board.note_continuation(job.job_id)

    def _end_job(self, outcome: Outcome[ResultT]) -> None:
        self._kill_at_s = None
        self._is_sent = False
        job, self._job = self._job, None
        if job is not None:
            self._board.end(job.job_id, outcome)

    def _stop_worker(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.stop()


def _unpickle(message: bytes) -> object:
    """Unpickle a message from the worker.

    Raises:
        Exception: the message cannot be unpickled.
    """
    value: object = ForkingPickler.loads(message)
    return value
