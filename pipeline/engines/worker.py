"""Main loop of the worker process, which receives jobs over a pipe and sends back events.

The parent sends `Prepare`, `RunJob` (one at a time) or `CancelJob`; the worker answers a job
with any number of `JobReport` and `JobEvent`, and one `JobEnded`. When the parent's end of
the pipe closes, the worker exits at once, so that no worker outlives the program.
"""

from __future__ import annotations

import logging
import os
import queue
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any

from pipeline.core.errors import TranscriptionCancelled
from pipeline.core.events import RunEvent
from pipeline.core.options import PipelineOptions
from pipeline.core.progress import Stage, StageProgress
from pipeline.engines.engine import JobRequest, LoadRunner
from pipeline.engines.outcome import RESULT_LOST, LazyRunner, Outcome, failed, run_job
from pipeline.runtime.process_control import lower_priority

REPORT_INTERVAL_S = 0.05  # 20 reports a second are more than a page can show

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RunJob:
    """A command to run a job."""

    job_id: str
    request: JobRequest


@dataclass(frozen=True, slots=True)
class Prepare:
    """A command to load the models that a job with these options would need."""

    options: PipelineOptions


@dataclass(frozen=True, slots=True)
class CancelJob:
    """A command to cancel a job at its next progress report."""

    job_id: str


@dataclass(frozen=True, slots=True)
class JobReport:
    """An event with the progress of a job."""

    job_id: str
    progress: StageProgress


@dataclass(frozen=True, slots=True)
class JobEvent:
    """An event with a partial result of a job."""

    job_id: str
    run_event: RunEvent


@dataclass(frozen=True, slots=True)
class JobEnded:
    """An event with the outcome of a job that has ended."""

    job_id: str
    outcome: Outcome[Any]  # Any: the result type depends on the runner


@dataclass(frozen=True, slots=True)
class _Ticket:
    job: RunJob
    cancelled: threading.Event = field(default_factory=threading.Event)


class ReportThrottle:
    """A rate limiter for progress reports that always passes the first report of each stage."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._stages_seen: set[Stage] = set()
        self._last_s = float("-inf")

    def lets_through(self, progress: StageProgress) -> bool:
        """Return whether a report may be sent now; if so, record the current time."""
        now_s = self._clock()
        is_new_stage = progress.stage not in self._stages_seen
        if not is_new_stage and now_s - self._last_s < REPORT_INTERVAL_S:
            return False
        self._stages_seen.add(progress.stage)
        self._last_s = now_s
        return True


def serve(load: LoadRunner[Any], commands: Connection, events: Connection) -> None:
    """Run jobs until the parent process exits; main function of a worker process.

    Args:
        load: creates the Runner at the first job.
        commands: receives `Prepare`, `RunJob` and `CancelJob`.
        events: sends `JobReport`, `JobEvent` and `JobEnded`.
    """
    lower_priority()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl+C
    tickets: queue.SimpleQueue[Prepare | _Ticket] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(commands, tickets), daemon=True).start()
    runner = LazyRunner(load)
    while True:
        ticket = tickets.get()
        if isinstance(ticket, Prepare):
            prepare_runner(runner, ticket.options)
        else:
            _run(ticket, runner, events)


def _listen(commands: Connection, tickets: queue.SimpleQueue[Prepare | _Ticket]) -> None:
    ticket: _Ticket | None = None
    while True:
        try:
            command = commands.recv()
        except (EOFError, OSError):
            # The main thread may be inside a model run, which only this ends at once.
            os._exit(0)
        if isinstance(command, RunJob):
            ticket = _Ticket(command)
            tickets.put(ticket)
        elif isinstance(command, Prepare):
            tickets.put(command)
        elif ticket is not None and ticket.job.job_id == command.job_id:
            ticket.cancelled.set()


def prepare_runner(runner: LazyRunner[Any], options: PipelineOptions) -> None:
    """Load the models of the next job; log an error instead of raising it."""
    try:
        runner.prepare(options)
    except Exception:  # the next job fails with the same error and reports it
        _log.info("the models of the next job cannot be loaded yet", exc_info=True)


def _run(ticket: _Ticket, runner: LazyRunner[Any], events: Connection) -> None:
    throttle = ReportThrottle()
    job = ticket.job

    def on_progress(progress: StageProgress) -> None:
        if ticket.cancelled.is_set():
            raise TranscriptionCancelled("The transcription was stopped.")
        if throttle.lets_through(progress):
            events.send(JobReport(job.job_id, progress))

    def on_event(run_event: RunEvent) -> None:
        events.send(JobEvent(job.job_id, run_event))

    outcome = run_job(runner, job.request, on_progress, on_event)
    events.send_bytes(pickle_end(JobEnded(job.job_id, outcome)))


def pickle_end(ended: JobEnded) -> memoryview:
    """Pickle a JobEnded; if its result cannot be pickled, pickle a failure instead."""
    try:
        return ForkingPickler.dumps(ended)
    except Exception:  # pickling runs code of the result's own types
        _log.exception("the result of job %s cannot be sent to the parent", ended.job_id)
        return ForkingPickler.dumps(JobEnded(ended.job_id, result_lost()))


def result_lost() -> Outcome[Any]:
    """Return the failure of a job whose result could not be sent to the parent process."""
    return failed(
        RESULT_LOST,
        "The transcript was made but could not be transferred: an error in the program. "
        "Look for the cause in the program's log.",
    )
