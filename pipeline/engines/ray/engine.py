"""Execution engine that runs jobs in workers on the nodes of a Ray cluster."""

from __future__ import annotations

import logging
import threading

from pipeline.core.options import PipelineOptions
from pipeline.engines.crash_count import CrashCount, kept_bytes
from pipeline.engines.engine import JobRequest, JobState, LoadRunner, ResultT
from pipeline.engines.job_board import QueuedJob, QueueingEngine
from pipeline.engines.outcome import Outcome, failed, outcome_of, worker_died
from pipeline.engines.process import CANCEL_GRACE_S, IDLE_S
from pipeline.engines.ray.attempt import JobAttempt, WorkerLostError
from pipeline.engines.ray.connection import RayCluster, RemoteWorker
from pipeline.engines.ray.options import RayOptions

CANNOT_RUN = "ClusterCannotRun"
MAX_FAILED_STARTS = 3
_PLACEMENT_TICK_S = 0.5
_PAUSE_S = 1.0  # after a worker that could not be started
_LONG_WAIT_S = 30.0  # for a place, before a message says so
_CLOSE_TIMEOUT_S = 10.0

_log = logging.getLogger(__name__)


class RayEngine(QueueingEngine[ResultT]):
    """An engine with a queue in this process and workers on the nodes of a cluster.

    A thread per worker requests its worker, then sends it one job after another. A job whose
    worker is lost returns to the queue: threads that wait for a place hold no job.

    Args:
        load: creates the Runner inside the workers; a module-level function or a picklable object.
        cluster: a connected cluster; `close` disconnects it.
        options: number and size of the workers.
        cancel_grace_s: seconds a cancelled job may take to stop before its worker is killed.
        idle_s: seconds after which an idle worker is stopped, so that its node can be released.
    """

    def __init__(
        self,
        load: LoadRunner[ResultT],
        cluster: RayCluster,
        options: RayOptions,
        *,
        cancel_grace_s: float = CANCEL_GRACE_S,
        idle_s: float = IDLE_S,
    ) -> None:
        super().__init__()
        self._load = load
        self._cluster = cluster
        self._options = options
        self._cancel_grace_s = cancel_grace_s
        self._idle_s = idle_s
        self._crashes: dict[str, CrashCount] = {}
        self._employed: set[RemoteWorker] = set()
        self._failed_starts = 0  # since a worker could be started
        self._threads = [
            threading.Thread(target=self._serve, name=f"ray-worker-{number}", daemon=True)
            for number in range(options.workers or cluster.room(options))
        ]
        for each in self._threads:
            each.start()

    @property
    def num_workers(self) -> int:
        """The largest number of jobs that run at the same time."""
        return len(self._threads)

    def submit(self, request: JobRequest) -> str:
        """Queue a job and return its id; see `Engine.submit`."""
        return self._board.add(request)

    def prepare(self, options: PipelineOptions) -> None:
        """Load models in an idle or new worker for a job that will soon be submitted."""
        self._board.expect(options)

    def close(self) -> None:
        """Interrupt all jobs, end the workers and disconnect; see `Engine.close`."""
        if self._board.is_closed:
            return
        self._board.close()
        for each in self._threads:
            each.join(_CLOSE_TIMEOUT_S)
        self._cluster.disconnect()

    def _serve(self) -> None:
        while self._board.add_worker():
            try:
                worker = self._placed_worker()
                if worker is not None:
                    self._employ(worker)
            except Exception:  # the other workers and later ones go on
                _log.exception("a worker of the cluster failed")
                self._pause()
            finally:
                self._board.remove_worker()

    def _placed_worker(self) -> RemoteWorker | None:
        """Request a worker and wait for its placement; return None if it is no longer needed.

        None is also returned if the worker could not be started.
        """
        waited_s = 0.0
        try:
            worker = self._cluster.start_worker(self._load, self._options)
            place = worker.call("place")
            while not self._cluster.first_ready([place], _PLACEMENT_TICK_S):
                waited_s += _PLACEMENT_TICK_S
                if waited_s == _LONG_WAIT_S:
                    self._warn_of_lacking_room()
                if self._board.is_closed or not self._board.has_work():
                    worker.kill()
                    return None
            worker.place = self._cluster.get(place)
        except self._cluster.lost as error:  # its node was dying
            _log.info("a worker could not be started: %s", error)
            self._note_failed_start(self._cluster.reason_against(error))
            self._pause()
            return None
        self._failed_starts = 0
        _log.info("worker on %s, node %s", worker.place.machine, worker.place.node_id)
        return worker

    def _note_failed_start(self, reason: str) -> None:
        """Count a failed start; after several in a row, end the next job as failed.

        Args:
            reason: reason why the node cannot run the program; "" if the node was lost.
        """
        self._failed_starts = self._failed_starts + 1 if reason else 0
        if self._failed_starts < MAX_FAILED_STARTS or self._employed:
            return  # another node may be able to
        self._board.take_expected()
        job = self._board.take_next()
        if job is not None:
            self._end(job, failed(CANNOT_RUN, reason))

    def _pause(self) -> None:
        threading.Event().wait(_PAUSE_S)

    def _warn_of_lacking_room(self) -> None:
        _log.warning(
            "The Ray cluster has no room for a worker with %d CPUs, %d MB and %g GPUs now; waiting",
            self._options.cpus,
            self._options.memory_mb,
            self._options.gpus,
        )

    def _employ(self, worker: RemoteWorker) -> None:
        """Run jobs on a worker until it is lost or idle for too long, or the engine is closed."""
        self._employed.add(worker)
        try:
            while (work := self._board.wait_for_work(self._idle_s)) is not None:
                if isinstance(work, PipelineOptions):
                    worker.call("prepare", work)
                elif not self._attempt(worker, work):
                    return
        finally:
            self._employed.discard(worker)
            worker.kill()  # an unreachable worker may still be running

    def _attempt(self, worker: RemoteWorker, job: QueuedJob) -> bool:
        """Run a job on a worker; return whether the worker can take another one."""
        attempt = JobAttempt(
            self._cluster, self._board, worker, job, self._options.files, self._cancel_grace_s
        )
        try:
            outcome = attempt.run()
        except WorkerLostError as lost:
            _log.warning("the worker of job %s was lost: %s", job.job_id, lost)
            self._continue_elsewhere(job, worker, has_begun=attempt.has_begun)
            return False
        except Exception as error:  # such as a full disk
            self._end(job, outcome_of(error))
            return not attempt.has_begun
        self._end(job, outcome)
        return attempt.is_worker_usable

    def _continue_elsewhere(self, job: QueuedJob, worker: RemoteWorker, *, has_begun: bool) -> None:
        """Queue a job again, or end it as failed after too many crashes without progress."""
        if has_begun and self._has_crashed(worker):
            kept = kept_bytes(job.request.checkpoint_dir)
            crashes = self._crashes.get(job.job_id, CrashCount()).with_crash(kept)
            self._crashes[job.job_id] = crashes
            if crashes.is_crash_loop and not self._board.is_cancel_requested(job.job_id):
                self._end(job, worker_died())
                return
        if has_begun:
            self._board.note_continuation(job.job_id)
        self._board.put_back(job.job_id)

    def _has_crashed(self, worker: RemoteWorker) -> bool:
        """Return whether the worker's process ended while its node is alive."""
        try:
            return self._cluster.has_node(worker.place.node_id)
        except self._cluster.lost:
            return False

    def _end(self, job: QueuedJob, outcome: Outcome[ResultT]) -> None:
        self._crashes.pop(job.job_id, None)
        if self._board.is_closed and outcome.state is not JobState.DONE:
            outcome = Outcome(JobState.INTERRUPTED)
        self._board.end(job.job_id, outcome)
