"""Batch transcription; a failed recording is reported and does not stop the run."""

from __future__ import annotations

import errno
import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.batch.interruption import Interruption
from pipeline.batch.journal import Entry, Journal
from pipeline.batch.output_folder import LocalOutput, OutputFolder
from pipeline.batch.report import FAILED, BatchReport
from pipeline.batch.survey import Inputs, Survey, state_of
from pipeline.batch.workers import BatchWorkers, Finished, Task, digest_of, source_of
from pipeline.core.errors import OptionError, PipelineError, WorkingFileError
from pipeline.core.options import PipelineOptions
from pipeline.core.provenance import SOFTWARE_VERSION, ModelUse
from pipeline.core.result import PipelineResult
from pipeline.formats.chinese_script import ChineseScript, in_script
from pipeline.formats.document import TranscriptDocument
from pipeline.formats.json_files.best_recognition import (
    FOLDER_NAME,
    best_recognition_files,
    join_recognition_folder,
)
from pipeline.formats.registry import FORMATS
from pipeline.inputs.named_input import NamedInput, OutputNames

NameSpeakers = Callable[[PipelineResult], tuple[tuple[str, str], ...]]  # (label, name)

_FATAL_ERRNOS = (errno.ENOSPC, errno.EROFS)  # later files would fail as well

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Orders:
    """Settings of a batch run.

    Attributes:
        folder: folder of this machine for the journal, the list of failures, `1best_recog`, and
            for the transcripts unless `output` is given.
        formats: format names, possibly including `1best_recog`.
        made_by: digest from `digest_of_makers`; output with another digest is replaced.
        again: also transcribe recordings that already have transcripts.
        script: Chinese characters of the files.
        output: another folder for the transcripts, such as one in an object store.
    """

    folder: Path
    formats: tuple[str, ...]
    made_by: str
    again: bool = False
    script: ChineseScript = ChineseScript.KEEP
    output: OutputFolder | None = None


def digest_of_makers(
    options: PipelineOptions,
    models: Sequence[ModelUse],
    *,
    pcm_rate_hz: int,
    script: ChineseScript = ChineseScript.KEEP,
    known_voices: str = "",
) -> str:
    """Return a digest of the models, options and software that determine a transcript."""
    makers = [
        options.as_text(),
        [(each.role, each.model_id, each.sha256) for each in models],
        pcm_rate_hz,
        SOFTWARE_VERSION,
    ]
    if script is not ChineseScript.KEEP:
        makers.append(script.value)
    if known_voices:
        makers.append(known_voices)
    return digest_of(json.dumps(makers))


class Batch:
    """A batch run that transcribes many inputs into one folder."""

    def __init__(
        self,
        orders: Orders,
        found: Survey,
        journal: Journal,
        workers: BatchWorkers,
        name_speakers: NameSpeakers = lambda _: (),
    ) -> None:
        """Store the settings of the run; `run` starts it."""
        self._name_speakers = name_speakers
        self._orders = orders
        self._output = orders.output or LocalOutput(orders.folder)
        self._journal = journal
        self._workers = workers
        self._names = OutputNames(found.shared, taken=[FAILED, *journal.names()])

    def run(self, inputs: Inputs, report: BatchReport) -> bool:
        """Process all inputs, recording failures, until the end or the first Ctrl+C.

        Returns:
            Whether all were processed; False after Ctrl+C.

        Raises:
            OptionError: the options cannot be applied to any input.
            WorkingFileError: the disk of the folder is full or read-only.
            KeyboardInterrupt: Ctrl+C was pressed twice.
        """
        is_whole = True
        with Interruption(self._workers.stop_notice) as interruption:
            pending = _Pending(inputs(), lambda: interruption.is_requested)
            tasks = self._tasks(pending, report)
            for each in self._workers.finish(tasks, report, lambda: interruption.is_requested):
                is_whole = self._record(each, report) and is_whole
            if pending.is_cut or not is_whole:
                return False
            if FOLDER_NAME in self._orders.formats:
                join_recognition_folder(self._orders.folder, lambda: self._recognised(inputs))
            self._output.publish(self._orders.folder)
        return True

    def _recognised(self, inputs: Inputs) -> Iterator[Mapping[str, str]]:
        for each in inputs():
            entry = self._journal.find(source_of(each))
            if entry is not None and self._is_current(entry, each):
                yield entry.recognised

    def _tasks(self, pending: Iterable[NamedInput], report: BatchReport) -> Iterator[Task]:
        """Yield the tasks for the inputs to transcribe; reuse the output names of earlier runs."""
        for each in pending:
            known = self._journal.find(source_of(each))
            if known is not None and not self._orders.again and self._is_done(known, each):
                report.skipped(each)
                continue
            name = self._names.choose(each) if known is None else known.name
            # The state is read first, so that a file that changes meanwhile is redone.
            yield Task(each, name, known, state_of(each))

    def _record(self, finished: Finished, report: BatchReport) -> bool:
        """Write the result of a task, or report its failure; return False if it was stopped."""
        each = finished.task.each
        if finished.outcome is None:
            return False
        try:
            transcription = finished.transcription()
            made = self._written(finished.task, transcription.result)
            self._journal.add(made)
        except OptionError:
            raise
        except (PipelineError, OSError) as error:
            _raise_if_fatal(error, self._orders.folder)
            report.failed(each, str(error))
        except Exception as error:  # one recording must not stop the others
            _log.debug("A recording could not be transcribed", exc_info=True)
            report.failed(each, f"Unexpected {type(error).__name__}: {error}")
        else:
            report.done(each, made.duration_ms, time.perf_counter() - finished.began)
            report.note_tracks(each, transcription.tracks)
        return True

    def _written(self, task: Task, result: PipelineResult) -> Entry:
        """Write the files of a task; return its journal entry."""
        known = task.known
        recognised = self._write(self._names.key_of(task.each, task.name), task.name, result)
        formats = set(self._orders.formats)
        if known is not None and self._is_current(known, task.each):
            formats |= set(known.formats)  # written by the same makers
            recognised = recognised or known.recognised
        return Entry(
            source=task.source,
            state=task.state,
            made_by=self._orders.made_by,
            name=task.name,
            formats=tuple(sorted(formats)),
            duration_ms=result.transcript.duration_ms,
            recognised=recognised,
        )

    def _is_current(self, entry: Entry, each: NamedInput) -> bool:
        return entry.made_by == self._orders.made_by and entry.state == state_of(each)

    def _is_done(self, entry: Entry, each: NamedInput) -> bool:
        """Return whether an input's files exist and are current; edited files count as current."""
        if not self._is_current(entry, each) or not set(self._orders.formats) <= set(entry.formats):
            return False
        return all(self._output.exists(_file_name(entry.name, each)) for each in self._own_files())

    def _own_files(self) -> tuple[str, ...]:
        return tuple(each for each in self._orders.formats if each in FORMATS)

    def _write(self, key: str, name: str, result: PipelineResult) -> Mapping[str, str]:
        """Write the transcripts of one input; return its `1best_recog` lines, if requested."""
        document = in_script(
            TranscriptDocument(
                title=key,
                transcript=result.transcript,
                provenance=result.provenance,
                given_names=self._name_speakers(result),
            ),
            self._orders.script,
        )
        for each in self._own_files():
            self._output.write(_file_name(name, each), FORMATS[each].write(document))
        if FOLDER_NAME not in self._orders.formats:
            return {}
        return best_recognition_files([(key, document.transcript)])


class _Pending:
    """The inputs still to be processed, until a stop is requested.

    Attributes:
        is_cut: whether inputs remained when the stop was requested.
    """

    def __init__(self, inputs: Iterator[NamedInput], is_stopping: Callable[[], bool]) -> None:
        self._inputs = inputs
        self._is_stopping = is_stopping
        self.is_cut = False

    def __iter__(self) -> Iterator[NamedInput]:
        for each in self._inputs:
            if self._is_stopping():
                self.is_cut = True
                return
            yield each


def _file_name(name: str, format_name: str) -> str:
    return f"{name}.{FORMATS[format_name].extension}"


def _raise_if_fatal(error: Exception, folder: Path) -> None:
    if isinstance(error, OSError) and error.errno in _FATAL_ERRNOS:
        raise WorkingFileError(
            f"{folder} cannot be written to ({error.strerror}). Free some space and run the same "
            "command again: it continues from here"
        ) from error
