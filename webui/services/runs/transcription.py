"""Operations that start, monitor, cancel and repeat transcriptions."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from pipeline.audio.probe import AudioProbe
from pipeline.core.errors import OptionError
from pipeline.core.options import PipelineOptions
from pipeline.core.provenance import ModelUse
from pipeline.engines.outcome import WORKER_DIED
from storage.db.database import Database
from storage.db.errors import StorageError
from storage.db.records import PipelineRun, Recording, RunStatus
from storage.library.recordings import get_recording
from storage.library.runs import get_run, list_runs
from storage.transcripts.live_transcript import transfer_live
from webui.services.runs.ingest import Ingest, QueuedRun, Upload
from webui.services.runs.job_follower import JobFollower
from webui.services.runs.limits import LimitKeeper, UnreadableUploadError
from webui.services.runs.run_progress import (
    LiveRunState,
    RunProgress,
    RunsAtWork,
    latest_known,
)
from webui.services.runs.upload_probe import Probe, unknown_probe
from webui.services.runs.work_folders import Submission, WorkFolders

_STOPPED_TOO_OFTEN = (
    "The program stopped several times while it worked on this recording, most often because "
    "memory ran out. Close other programs and try again, or use a shorter recording."
)

_log = logging.getLogger(__name__)


Recognition = Callable[[PipelineOptions], Collection[ModelUse] | None]
"""Function that returns the models that would recognise speech now; None if unknown."""


def unknown_recognition(options: PipelineOptions) -> None:
    """Return None, for callers without a choice of models."""


Revise = Callable[[PipelineOptions], PipelineOptions]
"""Function that adds learnt hotwords and language models to the options of a new run."""


def unrevised(options: PipelineOptions) -> PipelineOptions:
    """Return the options unchanged."""
    return options


@dataclass(frozen=True, slots=True)
class RecognitionRules:
    """Functions that determine the models and the learnt words of new runs.

    Attributes:
        models: returns the models that would recognise speech now.
        revise: adds learnt hotwords and language models to the options.
    """

    models: Recognition = unknown_recognition
    revise: Revise = unrevised


@dataclass(frozen=True, slots=True)
class Ticket:
    """Ids of a requested transcription's recording and run.

    Attributes:
        recording_id: id of the recording, which may be an existing one.
        run_id: id of the run, which may have ended already.
        is_new: whether the run was queued now; False for one with the same file and options.
    """

    recording_id: str
    run_id: str
    is_new: bool = field(default=True, compare=False)


class LiveRuns(Protocol):
    """Interface to the runs of live recordings in progress."""

    def state_of(self, run_id: str) -> LiveRunState:
        """Return the state of the recording of a run."""
        ...

    def end_run(self, run_id: str) -> None:
        """End the recording of a run and hand its audio over; do nothing for other runs."""
        ...

    def drop_recording(self, recording_id: str) -> None:
        """Stop a recording that is being deleted, and remove its files; do nothing for others."""
        ...


class NoLiveRuns:
    """Placeholder for an app without live recordings."""

    def state_of(self, run_id: str) -> LiveRunState:  # noqa: ARG002
        """Return RECORDING for every run."""
        return LiveRunState.RECORDING

    def end_run(self, run_id: str) -> None:
        """Do nothing, since there are no live recordings."""

    def drop_recording(self, recording_id: str) -> None:
        """Do nothing, since there are no live recordings."""


class TranscriptionService:
    """Service that starts, monitors and cancels transcriptions, which run in the engine."""

    def __init__(
        self,
        database: Database,
        intake: Ingest,
        follower: JobFollower,
        *,
        folders: WorkFolders,
        limits: LimitKeeper | None = None,
        recognition: RecognitionRules | None = None,
        probe: Probe = unknown_probe,
    ) -> None:
        self._database = database
        self._intake = intake
        self._follower = follower
        self._folders = folders
        self._limits = limits or LimitKeeper()
        self._recognition = recognition or RecognitionRules()
        self._probe = probe
        self._live: LiveRuns = NoLiveRuns()

    @property
    def lost(self) -> frozenset[str]:
        """Ids of ended runs whose end could not be stored."""
        return self._follower.lost

    def connect_live(self, live: LiveRuns) -> None:
        """Set the live recordings, which cancellations and deletions then end first."""
        self._live = live

    def start(
        self,
        upload_path: Path,
        *,
        title: str,
        options: PipelineOptions,
        owner: str | None = None,
        address: str | None = None,
        person: str = "",
    ) -> Ticket:
        """Store a recording and queue its transcription.

        The same file with the same options and models is not transcribed twice: the ticket then
        refers to the running run, or to the existing transcript.

        Args:
            upload_path: a file on this machine; its name is shown and never used as a path.
            title: title of the recording.
            options: chosen options.
            owner: id of the visitor; None without separate visitors.
            address: the visitor's address group.
            person: who requests it; people take turns in the queue. "" if unknown.

        Raises:
            LimitReachedError: if a limit would be exceeded.
            UnreadableUploadError: if the file is not a readable recording.
            StorageError: if the file cannot be read or stored.
        """
        self._limits.check_file(_size_of(upload_path))
        seen = self.look(upload_path)
        duration_ms = seen.length_ms
        if owner is None:  # separate visitors learn nothing from each other
            options = self._recognition.revise(options)
        upload = Upload(upload_path, title, owner, duration_ms, address)
        admission = self._intake.admit(
            upload,
            options,
            recognition=self._recognition.models(options),
            lost=self._follower.lost,
        )
        return self._submit(admission, options, Submission(person, duration_ms))

    def look(self, upload_path: Path) -> AudioProbe:
        """Inspect an uploaded file before it is stored, which may take some seconds.

        Raises:
            UnreadableUploadError: if the file is not a readable recording.
        """
        seen = self._probe(upload_path)
        if seen.error_kind:
            raise UnreadableUploadError(seen.error_kind)
        return seen

    def find_known(self, upload_path: Path, *, owner: str | None = None) -> Recording | None:
        """Return the owner's recording with the same content as an uploaded file, if any.

        Raises:
            StorageError: if the file cannot be read.
        """
        return self._intake.find_known(upload_path, owner=owner)

    def prepare(self, options: PipelineOptions) -> None:
        """Preload the models that these options need."""
        self._follower.prepare(options)

    def run_again(self, run_id: str, *, person: str = "") -> Ticket:
        """Queue another transcription of a recording, with the options of one of its runs.

        Hotwords and language models learnt since then are added.

        Args:
            run_id: one of the recording's runs.
            person: who requests it, "" if unknown.

        Raises:
            NotFoundError: if there is no such run, or its audio is not stored.
            LimitReachedError: if a limit would be exceeded.
        """
        with self._database.reading() as db:
            former = get_run(db, run_id)
            recording = get_recording(db, former.recording_id)
        options = PipelineOptions.from_text(former.options)
        if recording.owner is None:
            options = self._recognition.revise(options)
        admission = self._intake.admit_again(run_id, options, lost=self._follower.lost)
        return self._submit(admission, options, Submission(person, recording.duration_ms))

    def settle(self, run: PipelineRun, duration_ms: int) -> None:
        """Transcribe a live recording that has ended, whose audio is stored.

        Args:
            run: its queued run, which finalizes the transcript that was made during the recording.
            duration_ms: length of the recording.

        Raises:
            NotFoundError: if the recording was deleted.
        """
        with self._database.reading() as db:
            person = get_recording(db, run.recording_id).owner or ""
        submission = Submission(person, duration_ms, is_live=True)
        self._submit_run(run, PipelineOptions.from_text(run.options), submission)

    def resume(self, unfinished: Iterable[PipelineRun]) -> None:
        """Resume the runs that were unfinished when the program stopped, in this order."""
        for run in unfinished:
            if self._folders.is_cancelled(run.run_id):
                self._follower.write_cancellation(run)
                continue
            try:
                options = PipelineOptions.from_text(run.options)
                self._intake.audio_of(run.recording_id)
            except (OptionError, StorageError) as error:
                self._follower.write_failure(run, type(error).__name__, str(error))
                continue
            if self._folders.is_crash_loop(run.run_id):
                self._follower.write_failure(run, WORKER_DIED, _STOPPED_TOO_OFTEN)
            else:
                self._submit_run(run, options, self._folders.submission(run.run_id))

    def progress(self, run_id: str) -> RunProgress:
        """Return a run's progress, or its final state.

        Raises:
            NotFoundError: if there is no such run.
        """
        at_work = self.at_work()  # first: runs that end meanwhile are in the rows
        with self._database.reading() as db:
            return self.latest(get_run(db, run_id), at_work)

    def latest(self, run: PipelineRun, at_work: Mapping[str, RunProgress]) -> RunProgress:
        """Return a run's progress from its row, read after `at_work`; see `latest_known`."""
        progress = latest_known(run, at_work)
        if not progress.is_live:
            return progress
        return replace(progress, live_state=self._live.state_of(run.run_id))

    def at_work(self) -> RunsAtWork:
        """Return the progress of unfinished runs by run id; see `JobFollower.progress`."""
        return self._follower.progress()

    def cancel(self, run_id: str, *, discards: bool = False) -> None:
        """Cancel a run and end its live recording, if any; do nothing if the run has ended.

        Args:
            run_id: the run.
            discards: whether to delete the sentences recognised so far. By default they stay as
                an unfinished transcript.

        Raises:
            NotFoundError: if there is no such run.
        """
        with self._database.reading() as db:
            get_run(db, run_id)
        self._live.end_run(run_id)
        self._follower.cancel(run_id, discards=discards)

    def drop_all(self, recording_id: str) -> None:
        """Cancel all runs on a recording and remove the working files of those that have ended."""
        self._live.drop_recording(recording_id)
        with self._database.reading() as db:
            runs = list_runs(db, recording_id)
        for run in runs:
            self._follower.cancel(run.run_id)
            if run.status.is_final:
                self._folders.remove(run.run_id)

    def wait(self, run_id: str, *, timeout_s: float | None = None) -> RunProgress:
        """Wait until a run's end is stored, up to `timeout_s` seconds; return its progress.

        Raises:
            NotFoundError: if there is no such run.
        """
        self._follower.wait(run_id, timeout_s)
        return self.progress(run_id)

    def close(self) -> None:
        """Stop the engine; unfinished runs resume at the next start."""
        self._follower.close()

    def _submit(
        self, admission: QueuedRun, options: PipelineOptions, submission: Submission
    ) -> Ticket:
        run = admission.run
        if admission.is_new:
            self._take_over(run)
            self._submit_run(run, options, submission)
        return Ticket(run.recording_id, run.run_id, is_new=admission.is_new)

    def _submit_run(
        self, run: PipelineRun, options: PipelineOptions, submission: Submission
    ) -> None:
        audio_path = self._intake.audio_of(run.recording_id)
        request = self._folders.request(run.run_id, audio_path, options, submission)
        request = replace(request, max_samples=self._limits.limits.max_samples)
        self._follower.submit(run, request, submission)

    def _take_over(self, run: PipelineRun) -> None:
        """Reuse the checkpoint and partial transcript of an interrupted run with equal options.

        The transcript of a live recording is reused by the next run with any options, because the
        run replaces all its sentences at the end.
        """
        with self._database.transaction() as db:
            former = list_runs(db, run.recording_id)
            for each in former:
                has_ended = each.status.is_final and each.status is not RunStatus.DONE
                is_live = each.is_recorded_live and run.is_recorded_live
                if has_ended and (is_live or each.options == run.options):
                    transfer_live(db, each.run_id, run.run_id)
        for each in former:
            if each.status.is_resumable and each.options == run.options:
                self._folders.move_checkpoint(each.run_id, run.run_id)
                return


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise StorageError(f"'{path.name}' cannot be read: {error.strerror}.") from error
