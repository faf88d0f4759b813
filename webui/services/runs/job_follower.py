"""Monitoring of the engine's jobs, and storage of their results."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.core.events import AudioReady
from pipeline.core.options import PipelineOptions
from pipeline.core.result import PipelineResult
from pipeline.engines.engine import Engine, EngineClosedError, JobRequest, JobState, JobStatus
from pipeline.engines.outcome import UNEXPECTED
from storage.db.errors import NotFoundError, StorageError
from storage.db.records import PipelineRun, RunStatus
from webui.services.runs.run_progress import RunProgress, RunsAtWork, job_progress
from webui.services.runs.run_recorder import RunRecorder
from webui.services.runs.time_left import Job, Pace, pace_of, waiting_seconds
from webui.services.runs.work_folders import Submission, WorkFolders

FOLLOW_INTERVAL_S = 0.2  # delay until a change of a running job is stored
WAITS_AGE_S = 10.0  # the page rounds waiting times to this

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Followed:
    run: PipelineRun
    request: JobRequest
    job_id: str
    is_resumed: bool
    duration_ms: int | None
    began_s: float | None = None
    num_noted: int = 0
    is_behind: bool = False
    pace: Pace = field(default_factory=Pace)


@dataclass(frozen=True, slots=True)
class _FollowedRuns:
    """Followed runs by state, for one state of the engine's queue.

    Attributes:
        places: the engine's queue.
        active: runs that have begun, or have ended.
        queued: the others, in the order in which they start.
    """

    places: Mapping[str, int]
    active: tuple[_Followed, ...]
    queued: tuple[_Followed, ...]


@dataclass(frozen=True, slots=True)
class _QueuedProgress:
    """Progress of the queued runs at one moment.

    Attributes:
        runs: the followed runs at that moment.
        has_pace: whether the pace of a running one was known.
        made_s: time on the clock.
        progress: progress by run id.
    """

    runs: _FollowedRuns
    has_pace: bool
    made_s: float
    progress: Mapping[str, RunProgress]


class JobFollower:
    """Background thread that monitors the engine's jobs and stores their results."""

    def __init__(
        self,
        engine: Engine[PipelineResult],
        recorder: RunRecorder,
        folders: WorkFolders,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._recorder = recorder
        self._folders = folders
        self._clock = clock
        self._changed = threading.Condition()
        self._followed: dict[str, _Followed] = {}
        self._runs: _FollowedRuns | None = None  # None if outdated
        self._queued: _QueuedProgress | None = None  # the latest
        self._unrecorded: dict[str, RunProgress] = {}
        self._is_closing = False
        self._thread = threading.Thread(target=self._follow, name="job-follower", daemon=True)

    @property
    def lost(self) -> frozenset[str]:
        """Ids of ended runs whose end could not be stored."""
        with self._changed:
            return frozenset(self._unrecorded)

    def submit(
        self, run: PipelineRun, request: JobRequest, submission: Submission | None = None
    ) -> None:
        """Submit a queued run to the engine; store a failure if it cannot begin.

        Args:
            run: the queued run.
            request: the job.
            submission: who requested it, and the length of the recording, if known.
        """
        submission = submission or Submission()
        try:
            self._folders.make(run.run_id)
            self._folders.note_submission(run.run_id, submission)
            job_id = self._engine.submit(request)
        except OSError as error:
            _log.exception("run %s cannot be started", run.run_id)
            self.write_failure(
                run, "DiskFullError", f"No working folder: {error.strerror}. Free some space."
            )
        except EngineClosedError as error:
            if not self._is_closing:  # otherwise it stays queued for the next start
                self.write_failure(run, type(error).__name__, str(error))
        else:
            is_resumed = run.started_at is not None
            self._start_following(
                _Followed(run, request, job_id, is_resumed, submission.duration_ms)
            )

    def prepare(self, options: PipelineOptions) -> None:
        """Make the engine load the models that these options need."""
        self._engine.prepare(options)

    def cancel(self, run_id: str, *, discards: bool = False) -> None:
        """Cancel a run, which then stays cancelled after a restart; do nothing if it has ended.

        Args:
            run_id: the run.
            discards: whether to delete the sentences recognised so far, unless they have edits.
        """
        with self._changed:
            followed = self._followed.get(run_id)
        if followed is not None:
            self._folders.note_cancel(run_id, discards=discards)
            self._engine.cancel(followed.job_id)

    def progress(self) -> RunsAtWork:
        """Return the progress of runs whose end is not stored.

        That of queued runs is shared between calls: it is computed when the queue changes, and
        every WAITS_AGE_S seconds, so that a call does not take longer with more queued runs.
        """
        with self._changed:
            runs = self._by_state()
            active, running = dict(self._unrecorded), []
            for each in runs.active:
                status = self._engine.status(each.job_id)
                progress = active[each.run.run_id] = self._progress(each, status)
                if status.state is JobState.RUNNING:
                    seconds = progress.elapsed_seconds, progress.seconds_left
                    running.append(Job(True, each.duration_ms, *seconds))
            self._queued = self._queued_progress(runs, running)
            return RunsAtWork(active, self._queued.progress)

    def wait(self, run_id: str, timeout_s: float | None) -> bool:
        """Wait up to `timeout_s` seconds; return whether the run's end is stored."""
        with self._changed:
            return self._changed.wait_for(lambda: run_id not in self._followed, timeout_s)

    def close(self) -> None:
        """Stop the engine; interrupted runs stay queued for the next start."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        self._engine.close()
        if self._thread.ident is not None:
            self._thread.join()

    def _start_following(self, followed: _Followed) -> None:
        with self._changed:
            self._followed[followed.run.run_id] = followed
            self._runs = None
            if self._thread.ident is None:
                self._thread.start()
            self._changed.notify_all()

    def _follow(self) -> None:
        while (first := self._wait_for_work()) is not None:
            self._engine.wait(first.job_id, timeout_s=FOLLOW_INTERVAL_S)
            with self._changed:
                active = self._by_state().active
            for each in active:
                self._look_at(each)

    def _wait_for_work(self) -> _Followed | None:
        with self._changed:
            self._changed.wait_for(lambda: self._followed or self._is_closing)
            return next(iter(self._followed.values()), None)

    def _look_at(self, followed: _Followed) -> None:
        status = self._engine.status(followed.job_id)
        if followed.began_s is None and status.state in _HAS_BEGUN:
            followed.began_s = self._clock()
            self._write_begin(followed.run)
        self._note_events(followed)
        if status.state is JobState.RUNNING and status.progress is not None:
            fraction = self._progress(followed, status).fraction
            followed.pace = followed.pace.seen(self._clock(), fraction)
        if status.state is JobState.INTERRUPTED and self._is_closing:
            self._leave_for_later(followed)
        elif status.state.is_final:
            self._write_end(followed, status)
            self._let_go(followed)

    def _write_begin(self, run: PipelineRun) -> None:
        self._folders.note_begin(run.run_id)
        try:
            self._recorder.begin(run)
        except StorageError:  # the end can be stored without the beginning
            _log.warning("the start of run %s could not be stored", run.run_id, exc_info=True)

    def _note_events(self, followed: _Followed) -> None:
        events = self._engine.events(followed.job_id, after=followed.num_noted)
        if not events:
            return
        try:
            self._recorder.note(followed.run, events, followed.request.scratch_dir)
        except NotFoundError:
            _log.info("run %s was deleted while it was running", followed.run.run_id)
        except StorageError:  # retried; the result does not need it
            if not followed.is_behind:
                _log.warning(
                    "events of run %s could not be stored yet", followed.run.run_id, exc_info=True
                )
            followed.is_behind = True
            return
        except Exception:  # this thread follows all runs
            _log.exception("events of run %s could not be stored", followed.run.run_id)
        followed.num_noted += len(events)
        for each in events:
            if isinstance(each, AudioReady):
                followed.duration_ms = each.duration_ms

    def _write_end(self, followed: _Followed, status: JobStatus[PipelineResult]) -> None:
        run = followed.run
        if status.failure is not None:
            _log.warning("run %s has failed: %s", run.run_id, status.failure.message)
        try:
            discards = self._folders.discards(run.run_id)
            self._recorder.end(run, status, followed.request.scratch_dir, discards=discards)
            if RunStatus(status.state.value).is_resumable:
                self._folders.keep_checkpoint(run.run_id)
            else:
                self._folders.remove(run.run_id)
        except NotFoundError:
            _log.info("run %s was deleted while it was running", run.run_id)
            self._folders.remove(run.run_id)
        except StorageError as error:
            _log.exception("the end of run %s could not be stored", run.run_id)
            self.write_failure(run, type(error).__name__, str(error))
        except Exception:
            _log.exception("the end of run %s could not be stored", run.run_id)
            self.write_failure(
                run,
                UNEXPECTED,
                "The transcript was made but could not be saved: a fault in the program. "
                "Look for the cause in the program's log.",
            )

    def write_failure(self, run: PipelineRun, kind: str, message: str) -> None:
        """Store a run's failure and keep only its checkpoint, for another attempt."""
        self._folders.keep_checkpoint(run.run_id)
        try:
            self._recorder.fail(run, kind, message)
        except StorageError:  # only reported while the program runs
            with self._changed:
                self._unrecorded[run.run_id] = RunProgress(
                    run.run_id,
                    run.recording_id,
                    RunStatus.FAILED,
                    error_kind=kind,
                    error_message=message,
                )

    def write_cancellation(self, run: PipelineRun) -> None:
        """Store the cancellation of a run that was cancelled before the program ended."""
        try:
            discards = self._folders.discards(run.run_id)
            self._recorder.end(run, JobStatus(JobState.CANCELLED), None, discards=discards)
        except StorageError:  # the cancellation mark stays for the next start
            _log.exception("the cancellation of run %s could not be stored", run.run_id)
        else:
            self._folders.remove(run.run_id)

    def _leave_for_later(self, followed: _Followed) -> None:
        if followed.began_s is not None:
            self._folders.mark_clean_shutdown(followed.run.run_id)
        self._let_go(followed)

    def _let_go(self, followed: _Followed) -> None:
        with self._changed:
            del self._followed[followed.run.run_id]
            self._runs = None
            self._changed.notify_all()
        self._engine.forget(followed.job_id)

    def _by_state(self) -> _FollowedRuns:
        """Return the followed runs by state; the same object until the queue changes."""
        places = self._engine.queue()
        if self._runs is None or self._runs.places is not places:
            by_job = {each.job_id: each for each in self._followed.values()}
            self._runs = _FollowedRuns(
                places,
                active=tuple(each for job_id, each in by_job.items() if job_id not in places),
                queued=tuple(by_job[job_id] for job_id in places if job_id in by_job),
            )
        return self._runs

    def _queued_progress(self, runs: _FollowedRuns, running: Sequence[Job]) -> _QueuedProgress:
        known, now_s, has_pace = self._queued, self._clock(), pace_of(running) is not None
        is_same = known is not None and known.runs is runs and known.has_pace == has_pace
        if known is not None and is_same and now_s - known.made_s < WAITS_AGE_S:
            return known
        queued = [Job(False, each.duration_ms) for each in runs.queued]
        waits = waiting_seconds([*running, *queued])[len(running) :]
        progress = {
            each.run.run_id: replace(
                self._progress(each, self._engine.status(each.job_id)), seconds_left=wait_s
            )
            for each, wait_s in zip(runs.queued, waits, strict=True)
        }
        return _QueuedProgress(runs, has_pace, now_s, progress)

    def _progress(self, followed: _Followed, status: JobStatus[PipelineResult]) -> RunProgress:
        began_s = followed.began_s
        return job_progress(
            followed.run,
            status,
            request=followed.request,
            is_resumed=followed.is_resumed,
            elapsed_seconds=0.0 if began_s is None else self._clock() - began_s,
            seconds_left=followed.pace.seconds_left(self._clock()),
        )


_HAS_BEGUN = frozenset({JobState.RUNNING, JobState.DONE, JobState.FAILED})
