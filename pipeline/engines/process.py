"""Execution engine that runs jobs in one worker process, started when first needed."""

from __future__ import annotations

import threading
from multiprocessing import Pipe
from multiprocessing.reduction import ForkingPickler

from pipeline.core.options import PipelineOptions
from pipeline.engines.engine import JobRequest, LoadRunner, ResultT
from pipeline.engines.job_board import QueueingEngine
from pipeline.engines.supervisor import Supervisor

CANCEL_GRACE_S = 1.0  # then the worker is killed: a cancel takes 2 s at most, including the page
IDLE_S = 600.0  # its models take half a gigabyte or more, and reload in seconds


class ProcessEngine(QueueingEngine[ResultT]):
    """An engine with a queue in this process and a worker process that keeps models loaded.

    Args:
        load: creates the Runner inside the worker; a module-level function.
        cancel_grace_s: seconds a cancelled job may take to stop before its worker is killed.
        idle_s: seconds after which an idle worker is stopped to free its memory.
    """

    def __init__(
        self,
        load: LoadRunner[ResultT],
        *,
        cancel_grace_s: float = CANCEL_GRACE_S,
        idle_s: float = IDLE_S,
    ) -> None:
        ForkingPickler.dumps(load)  # raise here, not at the first job, if it cannot be pickled
        super().__init__()
        self._wake_reader, self._wake_writer = Pipe(duplex=False)
        self._supervisor = Supervisor(
            self._board, load, self._wake_reader, cancel_grace_s=cancel_grace_s, idle_s=idle_s
        )
        self._thread = threading.Thread(
            target=self._supervisor.run, name="engine-supervisor", daemon=True
        )
        self._wake_lock = threading.Lock()  # also guards the start of the thread

    @property
    def num_workers(self) -> int:
        """The largest number of jobs that run at the same time."""
        return 1

    def submit(self, request: JobRequest) -> str:
        """Queue a job and return its id; see `Engine.submit`."""
        job_id = self._board.add(request)
        self._start_supervisor()
        self._wake()
        return job_id

    def prepare(self, options: PipelineOptions) -> None:
        """Load in the worker the models for a job that will soon be submitted."""
        self._board.expect(options)
        self._start_supervisor()
        self._wake()

    def cancel(self, job_id: str) -> None:
        """Cancel a job; kill the worker if the job has not stopped within the grace period."""
        super().cancel(job_id)
        self._wake()

    def close(self) -> None:
        """Interrupt all jobs and wait for the worker process to exit; see `Engine.close`."""
        self._board.close()
        self._wake()
        if self._thread.ident is not None:
            self._thread.join()

    def _start_supervisor(self) -> None:
        with self._wake_lock:
            if self._thread.ident is None:
                self._thread.start()

    def _wake(self) -> None:
        with self._wake_lock:
            if self._thread.is_alive():
                self._wake_writer.send_bytes(b"changed")
