"""The child's side of the process engine: takes jobs from a pipe, sends back what becomes of them.

The parent sends `Prepare`, `RunJob` (one at a time) or `CancelJob`; the child answers a job with
any number of `JobReport` and `JobFinding`, and one `JobEnded`. When the parent's end of the pipe
closes, the child exits, whatever it is doing: that is how no worker outlives the program.
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

from pipeline.engines.engine import JobRequest, LoadRunner
from pipeline.engines.outcome import RESULT_LOST, LazyRunner, Outcome, failed, run_job
from pipeline.engines.priority import give_way
from pipeline.errors import TranscriptionCancelled
from pipeline.findings import Finding
from pipeline.options import PipelineOptions
from pipeline.progress import Stage, StageProgress

REPORT_INTERVAL_S = 0.05  # 20 reports a second are more than an eye or a page can follow

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RunJob:
    """To the child: do this job."""

    job_id: str
    request: JobRequest


@dataclass(frozen=True, slots=True)
class Prepare:
    """To the child: load what a job with these options needs."""

    options: PipelineOptions


@dataclass(frozen=True, slots=True)
class CancelJob:
    """To the child: stop this job at its next report."""

    job_id: str


@dataclass(frozen=True, slots=True)
class JobReport:
    """To the parent: how far the job has come."""

    job_id: str
    progress: StageProgress


@dataclass(frozen=True, slots=True)
class JobFinding:
    """To the parent: what the job has found."""

    job_id: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class JobEnded:
    """To the parent: how the job ended."""

    job_id: str
    outcome: Outcome[Any]  # Any: the child passes on whatever its runner gives


@dataclass(frozen=True, slots=True)
class _Ticket:
    job: RunJob
    cancelled: threading.Event = field(default_factory=threading.Event)


class ReportThrottle:
    """Lets through the first report of each stage, and others no oftener than the interval."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._stages_seen: set[Stage] = set()
        self._last_s = float("-inf")

    def lets_through(self, progress: StageProgress) -> bool:
        """Whether this report is to be sent."""
        now_s = self._clock()
        is_new_stage = progress.stage not in self._stages_seen
        if not is_new_stage and now_s - self._last_s < REPORT_INTERVAL_S:
            return False
        self._stages_seen.add(progress.stage)
        self._last_s = now_s
        return True


def serve(load: LoadRunner[Any], commands: Connection, events: Connection) -> None:
    """Do jobs until the parent goes away; the main function of a worker process.

    Args:
        load: makes the Runner, when the first job arrives.
        commands: `Prepare`, `RunJob` and `CancelJob` come in here.
        events: `JobReport`, `JobFinding` and `JobEnded` go out here.
    """
    give_way()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the parent's to handle
    tickets: queue.SimpleQueue[Prepare | _Ticket] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(commands, tickets), daemon=True).start()
    runner = LazyRunner(load)
    while True:
        ticket = tickets.get()
        if isinstance(ticket, Prepare):
            _prepare(ticket, runner)
        else:
            _do(ticket, runner, events)


def _listen(commands: Connection, tickets: queue.SimpleQueue[Prepare | _Ticket]) -> None:
    ticket: _Ticket | None = None
    while True:
        try:
            command = commands.recv()
        except (EOFError, OSError):
            # The main thread may be deep inside a model; nothing softer ends it at once.
            os._exit(0)
        if isinstance(command, RunJob):
            ticket = _Ticket(command)
            tickets.put(ticket)
        elif isinstance(command, Prepare):
            tickets.put(command)
        elif ticket is not None and ticket.job.job_id == command.job_id:
            ticket.cancelled.set()


def _prepare(wanted: Prepare, runner: LazyRunner[Any]) -> None:
    try:
        runner.prepare(wanted.options)
    except Exception:  # the job that comes will fail with it, and tell
        _log.info("what the next job needs cannot be loaded yet", exc_info=True)


def _do(ticket: _Ticket, runner: LazyRunner[Any], events: Connection) -> None:
    throttle = ReportThrottle()
    job = ticket.job

    def on_progress(progress: StageProgress) -> None:
        if ticket.cancelled.is_set():
            raise TranscriptionCancelled("The transcription was stopped.")
        if throttle.lets_through(progress):
            events.send(JobReport(job.job_id, progress))

    def on_finding(finding: Finding) -> None:
        events.send(JobFinding(job.job_id, finding))

    outcome = run_job(runner, job.request, on_progress, on_finding)
    events.send_bytes(_pickle_end(JobEnded(job.job_id, outcome)))


def _pickle_end(ended: JobEnded) -> memoryview:
    try:
        return ForkingPickler.dumps(ended)
    except Exception:  # pickling runs code of the result's own types
        _log.exception("the result of job %s cannot be sent to the parent", ended.job_id)
        return ForkingPickler.dumps(JobEnded(ended.job_id, result_lost()))


def result_lost() -> Outcome[Any]:
    """The outcome of a job that was done, but whose result did not come through the pipe."""
    return failed(
        RESULT_LOST,
        "The transcript was made but could not be handed over: a fault in the program. "
        "Look for the cause in the program's log.",
    )
