"""Execution engine that runs each job in the thread that submits it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

from pipeline.core.errors import TranscriptionCancelled
from pipeline.core.options import PipelineOptions
from pipeline.core.progress import StageProgress
from pipeline.engines.engine import JobRequest, JobState, LoadRunner, ResultT
from pipeline.engines.job_board import QueueingEngine
from pipeline.engines.outcome import LazyRunner, Outcome, run_job

Watch = Callable[[str, StageProgress], None]
"""A callback `watch(job_id, progress)` for every progress report during `submit`."""


def ignore_watch(job_id: str, progress: StageProgress) -> None:
    """Ignore a progress report; default for arguments of type Watch."""


class InlineEngine(QueueingEngine[ResultT]):
    """An engine whose `submit` returns once the job has ended, for command lines and tests.

    Several threads may submit; their jobs run one at a time.
    """

    def __init__(self, load: LoadRunner[ResultT], *, watch: Watch = ignore_watch) -> None:
        super().__init__()
        self._runner = LazyRunner(load)
        self._watch = watch
        self._run_lock = threading.Lock()

    @property
    def num_workers(self) -> int:
        """The largest number of jobs that run at the same time."""
        return 1

    def submit(self, request: JobRequest) -> str:
        """Run the job and return its id; see `Engine.submit`."""
        job_id = self._board.add(request)
        with self._run_lock:
            self._run_queued()
        return job_id

    def prepare(self, options: PipelineOptions) -> None:
        """Do nothing, since models are loaded when a job runs."""

    def close(self) -> None:
        """Interrupt all jobs and refuse new ones; a running job stops at its next report."""
        self._board.close()

    def _run_queued(self) -> None:
        while (job := self._board.take_next()) is not None:
            outcome: Outcome[ResultT] = Outcome(JobState.INTERRUPTED)
            try:
                outcome = run_job(
                    self._runner,
                    job.request,
                    self._reporter(job.job_id),
                    partial(self._board.note, job.job_id),
                )
            finally:  # also after KeyboardInterrupt
                self._end(job.job_id, outcome)

    def _end(self, job_id: str, outcome: Outcome[ResultT]) -> None:
        if outcome.state is JobState.CANCELLED and self._board.is_closed:
            outcome = Outcome(JobState.INTERRUPTED)
        self._board.end(job_id, outcome)

    def _reporter(self, job_id: str) -> Callable[[StageProgress], None]:
        def on_progress(progress: StageProgress) -> None:
            self._board.report(job_id, progress)
            self._watch(job_id, progress)
            if self._board.is_closed or self._board.is_cancel_requested(job_id):
                raise TranscriptionCancelled("The transcription was stopped.")

        return on_progress
