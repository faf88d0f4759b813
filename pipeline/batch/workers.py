"""Transcription of a batch's recordings, one at a time or several in parallel."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from pipeline.audio.playback.playback_copy import write_review_copy
from pipeline.audio.samples import Audio
from pipeline.batch.journal import Entry
from pipeline.batch.report import BatchReport
from pipeline.core.audio_track import ANY_TRACK, TracksRead
from pipeline.core.errors import OptionError, PipelineError
from pipeline.core.options import PipelineOptions
from pipeline.core.progress import OnProgress, Stage, StageProgress, ignore_report, report_as
from pipeline.core.result import PipelineResult
from pipeline.engines.engine import Engine, JobRequest, JobState, JobStatus
from pipeline.inputs.named_input import NamedInput

Transcribe = Callable[[Audio, OnProgress], PipelineResult]

WORK_FOLDER = ".work"  # in the output folder: checkpoints of the recordings at work
AHEAD = 2  # recordings submitted for each worker, so that none waits for the next one
_POLL_S = 0.1
_CHECKPOINT = "checkpoint"
_CONVERTED = "audio.flac"
_DIGEST_LETTERS = 32


@dataclass(frozen=True, slots=True)
class Task:
    """A recording to transcribe in a batch.

    Attributes:
        each: the recording.
        name: path of its output relative to the folder, without extensions.
        known: its journal entry of an earlier run.
        state: size and modification time of its file when the task was made.
    """

    each: NamedInput
    name: str
    known: Entry | None
    state: str

    @property
    def source(self) -> str:
        """A digest of the recording's location and key."""
        return source_of(self.each)


@dataclass(frozen=True, slots=True)
class Transcription:
    """The result of one recording with the audio tracks that were read."""

    result: PipelineResult
    tracks: TracksRead


@dataclass(frozen=True, slots=True)
class Finished:
    """A task that has ended, with its outcome.

    Attributes:
        task: the task.
        began: `time.perf_counter()` from which its share of the time is counted.
        outcome: its transcription, or the error that ended it; None if it was stopped.
    """

    task: Task
    began: float
    outcome: Transcription | Exception | None

    def transcription(self) -> Transcription:
        """Return the transcription, or raise the error that ended the task.

        Raises:
            Exception: the error that ended the task, if any.
        """
        if isinstance(self.outcome, Exception):
            raise self.outcome
        if self.outcome is None:
            raise ValueError("the task was stopped before it had a result")
        return self.outcome


class BatchWorkers(Protocol):
    """An executor of the tasks of a batch."""

    @property
    def stop_notice(self) -> str:
        """Message to show at the first Ctrl+C."""
        ...

    def finish(
        self, tasks: Iterator[Task], report: BatchReport, is_stopping: Callable[[], bool]
    ) -> Iterator[Finished]:
        """Transcribe the tasks; yield each as soon as it has ended.

        Args:
            tasks: consumed one at a time, as capacity allows; they end when the run is to stop.
            report: shows the progress.
            is_stopping: returns whether to stop the run, including the tasks that have begun.
        """
        ...


@dataclass(frozen=True, slots=True)
class InTurn:
    """An executor that transcribes tasks one after another in this process.

    Attributes:
        transcribe: function that transcribes samples.
    """

    transcribe: Transcribe

    @property
    def stop_notice(self) -> str:
        """Message to show at the first Ctrl+C."""
        return "Stopping after this recording. Ctrl+C again stops at once."

    def finish(
        self,
        tasks: Iterator[Task],
        report: BatchReport,
        is_stopping: Callable[[], bool],  # noqa: ARG002 - the tasks end
    ) -> Iterator[Finished]:
        """Transcribe the tasks in order; see `BatchWorkers.finish`."""
        for task in tasks:
            began = time.perf_counter()
            try:
                with report.working_on(task.each) as on_progress:
                    audio = task.each.read(report_as(Stage.READ_AUDIO, on_progress))
                    result = self.transcribe(audio, on_progress)
                    outcome: Transcription | Exception = Transcription(result, audio.tracks)
            except Exception as error:  # one recording must not stop the others
                outcome = error
            yield Finished(task, began, outcome)


class OnEngine:
    """An executor that keeps all workers of an engine busy, with a further task queued for each.

    Only this process writes results. The engine writes checkpoints below the output folder, so
    that a killed run can continue.
    """

    def __init__(
        self, engine: Engine[PipelineResult], options: PipelineOptions, folder: Path
    ) -> None:
        """Create the executor for one run.

        Args:
            engine: runs the jobs; the caller closes it.
            options: options of all recordings.
            folder: output folder.
        """
        self._engine = engine
        self._options = options
        self._folder = folder.absolute() / WORK_FOLDER
        self._at_work: dict[str, Task] = {}

    @property
    def stop_notice(self) -> str:
        """Message to show at the first Ctrl+C."""
        return "Stopping after the recordings at work. Ctrl+C again stops at once."

    def finish(
        self, tasks: Iterator[Task], report: BatchReport, is_stopping: Callable[[], bool]
    ) -> Iterator[Finished]:
        """Transcribe several tasks at once; they end in any order. See `BatchWorkers.finish`."""
        began = time.perf_counter()
        is_whole, is_over = True, False
        with report.working_on_several() as show:
            while not is_over:
                ended = [*self._submit_ahead(tasks), *self._poll(show)]
                for task, outcome in ended:
                    yield Finished(task, began, outcome)
                    is_whole = is_whole and outcome is not None
                    if outcome is not None:
                        shutil.rmtree(self._folder / task.source, ignore_errors=True)
                    began = time.perf_counter()
                if is_stopping():
                    self._cancel_queued()
                is_over = not (ended or self._at_work)
        if is_whole and not is_stopping():  # also what a killed run has left
            shutil.rmtree(self._folder, ignore_errors=True)

    def _submit_ahead(self, tasks: Iterator[Task]) -> Iterator[tuple[Task, Exception]]:
        """Submit tasks up to the limit; yield those that cannot be submitted, with the error."""
        while len(self._at_work) < AHEAD * self._engine.num_workers:
            task = next(tasks, None)
            if task is None:
                return
            try:
                self._at_work[self._engine.submit(self._request(task))] = task
            except Exception as error:  # one recording must not stop the others
                yield task, error

    def _request(self, task: Task) -> JobRequest:
        folder = self._folder / task.source
        checkpoint = folder / _CHECKPOINT
        if task.each.file is not None:
            return JobRequest(task.each.file, self._options, checkpoint_dir=checkpoint)
        if task.each.address is not None:
            name, address = Path(Path(task.name).name), task.each.address
            return JobRequest(name, self._options, checkpoint_dir=checkpoint, address=address)
        audio = task.each.read(ignore_report)  # headerless samples, or a download
        folder.mkdir(parents=True, exist_ok=True)
        converted = folder / _CONVERTED
        write_review_copy(audio, converted)
        options = replace(self._options, track=ANY_TRACK)  # the copy has one
        return JobRequest(converted, options, checkpoint_dir=checkpoint)

    def _poll(
        self, show: Callable[[Iterable[StageProgress]], None]
    ) -> Iterator[tuple[Task, Transcription | Exception | None]]:
        """Wait briefly for the first task, then yield all tasks that have ended."""
        if self._at_work:
            self._engine.wait(next(iter(self._at_work)), timeout_s=_POLL_S)
        statuses = {job_id: self._engine.status(job_id) for job_id in self._at_work}
        show(
            each.progress
            for each in statuses.values()
            if each.progress is not None and not each.state.is_final
        )
        for job_id, status in statuses.items():
            if status.state.is_final:
                self._engine.forget(job_id)
                yield self._at_work.pop(job_id), _outcome(status)

    def _cancel_queued(self) -> None:
        for job_id in self._at_work:
            if self._engine.status(job_id).state is JobState.QUEUED:
                self._engine.cancel(job_id)


def source_of(each: NamedInput) -> str:
    """Return a digest of a recording's location and key, which reveals no address."""
    return digest_of(f"{each.location}\n{each.key}")


def digest_of(text: str) -> str:
    """Return a digest of a text, short enough for a file name."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:_DIGEST_LETTERS]


def _outcome(status: JobStatus[PipelineResult]) -> Transcription | Exception | None:
    if status.result is not None:
        return Transcription(status.result, status.result.tracks)
    if status.failure is None:
        return None
    is_option = status.failure.kind == OptionError.__name__
    return (OptionError if is_option else PipelineError)(status.failure.message)
