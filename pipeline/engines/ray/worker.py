"""Worker on a node of a Ray cluster, which runs one job at a time in a separate process.

The program polls for updates of the job, since Ray Client does not support streaming results.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import ray
from numpy.typing import NDArray

from pipeline.core.errors import TranscriptionCancelled
from pipeline.core.events import AudioReady, RunEvent
from pipeline.core.options import PipelineOptions
from pipeline.core.progress import StageProgress
from pipeline.engines.engine import JobRequest, LoadRunner
from pipeline.engines.outcome import LazyRunner, run_job
from pipeline.engines.ray.carried_files import (
    CarriedFiles,
    CheckpointChanges,
    scratch_ranges,
    unpacked,
)
from pipeline.engines.ray.job_news import JobNews, News, Probe, StoreProbe, WorkerPlace
from pipeline.engines.worker import JobEnded, ReportThrottle, pickle_end, prepare_runner

_CONTROL = "control"
CONCURRENCY_GROUPS = {_CONTROL: 2}  # a wait for news must not delay a cancellation
Method = TypeVar("Method", bound=Callable[..., object])
_beside_work: Callable[[Method], Method] = ray.method(concurrency_group=_CONTROL)


class RayWorker:
    """A Ray actor that runs jobs in one thread and answers other calls in parallel."""

    def __init__(self, load: LoadRunner[Any]) -> None:
        """Create the worker; models are loaded when needed."""
        self._runner = LazyRunner(load)
        self._news = JobNews()
        self._cancelled: set[str] = set()

    def place(self) -> WorkerPlace:
        """Return the node and machine on which the worker runs."""
        return WorkerPlace(str(ray.get_runtime_context().get_node_id()), platform.node())

    def sees(self, probes: tuple[Probe | StoreProbe, ...]) -> bool:
        """Return whether this node has all these files with the same content as the program."""
        return all(each.is_seen() for each in probes)

    def prepare(self, options: PipelineOptions) -> None:
        """Load the models of the next job; ignore errors, which the job itself reports."""
        prepare_runner(self._runner, options)

    @_beside_work
    def news(self, job_id: str, wait_s: float) -> list[News]:
        """Return the updates of a job, after waiting up to `wait_s` seconds while it runs."""
        return self._news.take(job_id, wait_s)

    @_beside_work
    def cancel(self, job_id: str) -> None:
        """Cancel a job, so that it stops at its next progress report."""
        self._cancelled.add(job_id)

    def work(
        self,
        job_id: str,
        request: JobRequest,
        files: CarriedFiles | None = None,
        recording: NDArray[np.uint8] | None = None,
    ) -> bytes:
        """Run a job and return its pickled `JobEnded`.

        Args:
            job_id: the job.
            request: the job.
            files: the files of the job, None if its folders are shared.
            recording: the audio file, None if this node reads it itself.
        """
        try:
            if files is None:
                return self._run(job_id, request, is_carried=False)
            with unpacked(request, files, recording) as local:
                ended = self._run(job_id, local, is_carried=True)
                self._news.end()
                self._news.wait_until_taken()  # before the files are deleted
                return ended
        finally:
            self._news.end()
            self._cancelled.discard(job_id)

    def _run(self, job_id: str, request: JobRequest, *, is_carried: bool) -> bytes:
        folder = request.checkpoint_dir if is_carried else None
        self._news.begin(job_id, None if folder is None else CheckpointChanges(folder))
        throttle = ReportThrottle()

        def on_progress(progress: StageProgress) -> None:
            if job_id in self._cancelled:
                raise TranscriptionCancelled("The transcription was stopped.")
            if throttle.lets_through(progress):
                self._news.report(progress)

        def on_event(run_event: RunEvent) -> None:
            if is_carried and isinstance(run_event, AudioReady) and request.scratch_dir:
                self._news.add(*scratch_ranges(request.scratch_dir))
            self._news.add(run_event)

        outcome = run_job(self._runner, request, on_progress, on_event)
        return bytes(pickle_end(JobEnded(job_id, outcome)))
