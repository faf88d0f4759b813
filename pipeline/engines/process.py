"""Engine that does the jobs in one worker process, spawned when the first job is expected."""

from __future__ import annotations

import threading
from multiprocessing import Pipe
from multiprocessing.reduction import ForkingPickler
from typing import Generic

from pipeline.engines.engine import JobRequest, JobStatus, LoadRunner, ResultT
from pipeline.engines.job_board import JobBoard
from pipeline.engines.supervisor import Supervisor
from pipeline.findings import Finding
from pipeline.options import PipelineOptions

CANCEL_GRACE_S = 1.0  # then the worker is killed: a cancel takes 2 s at most, the page included
IDLE_S = 600.0  # its models fill half a gigabyte or more, and are loaded again in seconds


class ProcessEngine(Generic[ResultT]):
    """Jobs wait in this process; the worker loads the models once, then does them in turn.

    Args:
        load: makes the Runner inside the worker; a function at the top of a module.
        cancel_grace_s: seconds a cancelled job may take to stop before its worker is killed.
        idle_s: seconds after which a worker without work is let go, with its models.
    """

    def __init__(
        self,
        load: LoadRunner[ResultT],
        *,
        cancel_grace_s: float = CANCEL_GRACE_S,
        idle_s: float = IDLE_S,
    ) -> None:
        ForkingPickler.dumps(load)  # what cannot be sent raises here, not at the first job
        self._board: JobBoard[ResultT] = JobBoard()
        self._wake_reader, self._wake_writer = Pipe(duplex=False)
        self._supervisor = Supervisor(
            self._board, load, self._wake_reader, cancel_grace_s=cancel_grace_s, idle_s=idle_s
        )
        self._thread = threading.Thread(
            target=self._supervisor.run, name="engine-supervisor", daemon=True
        )
        self._wake_lock = threading.Lock()  # also guards the start of the thread

    def submit(self, request: JobRequest) -> str:
        """Put a job in the queue and return its id; see `Engine.submit`."""
        job_id = self._board.add(request)
        self._start_supervisor()
        self._wake()
        return job_id

    def status(self, job_id: str) -> JobStatus[ResultT]:
        """How the job stands now; see `Engine.status`."""
        return self._board.status(job_id)

    def wait(self, job_id: str, *, timeout_s: float | None = None) -> JobStatus[ResultT]:
        """How the job stands once it has ended; see `Engine.wait`."""
        return self._board.wait(job_id, timeout_s)

    def findings(self, job_id: str, *, after: int = 0) -> tuple[Finding, ...]:
        """What the job has found; see `Engine.findings`."""
        return self._board.findings(job_id, after)

    def prepare(self, options: PipelineOptions) -> None:
        """Have the worker load what such a job needs; see `Engine.prepare`."""
        self._board.expect(options)
        self._start_supervisor()
        self._wake()

    def cancel(self, job_id: str) -> None:
        """Stop a job: at its next report, by force if that takes long; see `Engine.cancel`."""
        self._board.request_cancel(job_id)
        self._wake()

    def forget(self, job_id: str) -> None:
        """Let go of an ended job; see `Engine.forget`."""
        self._board.forget(job_id)

    def close(self) -> None:
        """Stop everything and wait until the worker process is gone; see `Engine.close`."""
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
