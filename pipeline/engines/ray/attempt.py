"""Execution attempt of a job by one worker of a Ray cluster."""

from __future__ import annotations

import logging
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any, Generic

from pipeline.core.errors import TranscriptionCancelled, WorkingFileError
from pipeline.core.events import AudioReady
from pipeline.core.progress import StageProgress
from pipeline.engines.engine import SCRATCH_AUDIO, SCRATCH_PEAKS, JobRequest, JobState, ResultT
from pipeline.engines.job_board import JobBoard, QueuedJob
from pipeline.engines.job_folder import with_local_copy
from pipeline.engines.outcome import Outcome
from pipeline.engines.ray.attempt_folders import begin_attempt
from pipeline.engines.ray.carried_files import FilePiece, pack_files, read_recording, write_piece
from pipeline.engines.ray.connection import RayCluster, RemoteWorker
from pipeline.engines.ray.job_news import News, Probe, StoreProbe
from pipeline.engines.ray.options import RayFiles
from pipeline.engines.worker import JobEnded, result_lost
from pipeline.inputs.store_address import StoreAddress

NEWS_INTERVAL_S = 0.5
_TICK_S = 0.1  # delay until a cancellation is forwarded

_log = logging.getLogger(__name__)


class WorkerLostError(Exception):
    """Error for a worker that has exited or become unreachable."""


class _StoppedError(Exception):
    """Internal signal that a job was cancelled or the engine was closed."""


class JobAttempt(Generic[ResultT]):
    """One run of a job on one worker, with a separate checkpoint folder.

    Attributes:
        has_begun: whether the job was sent to the worker.
        is_worker_usable: whether the worker can take another job.
    """

    def __init__(
        self,
        cluster: RayCluster,
        board: JobBoard[ResultT],
        worker: RemoteWorker,
        job: QueuedJob,
        files: RayFiles,
        cancel_grace_s: float,
    ) -> None:
        self._cluster = cluster
        self._board = board
        self._worker = worker
        self._job = job
        self._files = files
        self._cancel_grace_s = cancel_grace_s
        self._kill_at_s: float | None = None
        self.has_begun = False
        self.is_worker_usable = True

    def run(self) -> Outcome[ResultT]:
        """Run the job until it has ended or failed.

        Raises:
            WorkerLostError: the worker exited or became unreachable.
            WorkingFileError: the folders are configured as shared, but the worker cannot read them.
            OSError: the files of the job cannot be read or written.
        """
        try:
            with _folders_of_attempt(self._job.request) as request:
                return self._run(request)
        except self._cluster.lost as error:
            raise WorkerLostError(type(error).__name__) from error
        except _StoppedError:
            self.is_worker_usable = False
            return Outcome(JobState.CANCELLED)

    def _run(self, request: JobRequest) -> Outcome[ResultT]:
        files = self._files_to_carry(request)
        self.has_begun = True
        self._board.note_worker(self._job.job_id, self._worker.place.machine)
        ended = self._worker.call("work", self._job.job_id, request, *files)
        news = self._ask_for_news(NEWS_INTERVAL_S)
        while ended not in (ready := self._first_ready([ended, news])):
            if news in ready:
                self._note(self._cluster.get(news), request)
                news = self._ask_for_news(NEWS_INTERVAL_S)
        outcome = self._outcome(self._cluster.get(ended))
        while latest := self._answer(news):
            self._note(latest, request)
            news = self._ask_for_news(0)
        return outcome

    def _files_to_carry(self, request: JobRequest) -> list[object]:
        """Return the files of a job, or none if the worker can read them all itself."""
        is_read_by_worker = request.address is not None and self._is_readable(request.address)
        if (request.address is None or is_read_by_worker) and self._is_shared(request):
            return []
        return [pack_files(request), None if is_read_by_worker else self._carried(request)]

    def _is_shared(self, request: JobRequest) -> bool:
        """Return whether the worker can read the files of the job at the same paths.

        Raises:
            WorkingFileError: the folders are configured as shared, but the worker cannot read them.
        """
        if self._files is RayFiles.CARRIED:
            return False
        with ExitStack() as probes:
            is_here = request.address is None and request.audio_path.exists()
            sought = [Probe.of(request.audio_path)] if is_here else []
            sought += [
                probes.enter_context(Probe.written_to(folder))
                for folder in (request.scratch_dir, request.checkpoint_dir)
                if folder is not None
            ]
            is_seen: bool = self._answer(self._worker.call("sees", tuple(sought)))
        if not is_seen and self._files is RayFiles.SHARED:
            raise WorkingFileError(
                f"The folders of this recording do not exist on {self._worker.place.machine}. "
                "Mount them there at the same path, or use --ray-files carried"
            )
        return is_seen

    def _is_readable(self, address: StoreAddress) -> bool:
        """Return whether the worker can read a recording in an object store.

        Raises:
            DownloadError: the program itself cannot read it.
            WorkingFileError: files are configured as shared, but the worker cannot read it.
        """
        if self._files is RayFiles.CARRIED:
            return False
        is_seen: bool = self._answer(self._worker.call("sees", (StoreProbe.of(address),)))
        if not is_seen and self._files is RayFiles.SHARED:
            raise WorkingFileError(
                f"{address.shown} cannot be read on {self._worker.place.machine}. Install "
                "requirements-storage.txt and set the store's credentials there, or use "
                "--ray-files carried"
            )
        return is_seen

    def _carried(self, request: JobRequest) -> object:
        """Copy the recording to the cluster's object store; return a reference, None if missing."""
        with with_local_copy(request, self._note_copying) as local:
            if not local.audio_path.exists():
                return None
            return self._cluster.put(read_recording(local.audio_path))

    def _note_copying(self, progress: StageProgress) -> None:
        job_id = self._job.job_id
        if self._board.is_closed or self._board.is_cancel_requested(job_id):
            raise TranscriptionCancelled("The transcription was stopped.")
        self._board.report(job_id, progress)

    def _ask_for_news(self, wait_s: float) -> object:
        return self._worker.call("news", self._job.job_id, wait_s)

    def _answer(self, reference: object) -> Any:
        self._first_ready([reference])
        return self._cluster.get(reference)

    def _first_ready(self, references: list[object]) -> list[object]:
        """Wait for an answer, and forward a cancellation in the meantime.

        Raises:
            _StoppedError: the grace period has passed, or the engine was closed.
        """
        while not (ready := self._cluster.first_ready(references, _TICK_S)):
            self._forward_stop()
        return ready

    def _forward_stop(self) -> None:
        if self._board.is_closed:
            raise _StoppedError
        if not self._board.is_cancel_requested(self._job.job_id):
            return
        if self._kill_at_s is None:
            self._kill_at_s = time.monotonic() + self._cancel_grace_s
            self._worker.call("cancel", self._job.job_id)
        elif time.monotonic() >= self._kill_at_s:
            self._board.expect(self._job.request.options)  # another recording often follows
            raise _StoppedError

    def _note(self, news: list[News], request: JobRequest) -> None:
        for each in news:
            if isinstance(each, StageProgress):
                self._board.report(self._job.job_id, each)
            elif isinstance(each, FilePiece):
                write_piece(each, request)
            else:
                if isinstance(each, AudioReady):
                    _publish_playback_files(request, self._job.request)
                self._board.note(self._job.job_id, each)

    def _outcome(self, message: bytes) -> Outcome[ResultT]:
        try:
            ended = ForkingPickler.loads(message)
        except Exception:
            _log.exception("the result of job %s cannot be unpickled", self._job.job_id)
            return result_lost()
        assert isinstance(ended, JobEnded)
        return ended.outcome


@contextmanager
def _folders_of_attempt(request: JobRequest) -> Iterator[JobRequest]:
    """Yield the job with folders for this attempt only; delete the scratch folder at the end."""
    checkpoint = None if request.checkpoint_dir is None else begin_attempt(request.checkpoint_dir)
    own = replace(request, audio_path=request.audio_path.absolute(), checkpoint_dir=checkpoint)
    if request.scratch_dir is None:
        yield own
        return
    scratch = Path(tempfile.mkdtemp(prefix="attempt-", dir=request.scratch_dir))
    try:
        yield replace(own, scratch_dir=scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _publish_playback_files(attempt: JobRequest, job: JobRequest) -> None:
    """Move the playback copy and the waveform peaks to the folder of the job."""
    if attempt.scratch_dir is not None and job.scratch_dir is not None:
        for name in (SCRATCH_AUDIO, SCRATCH_PEAKS):
            (attempt.scratch_dir / name).replace(job.scratch_dir / name)
