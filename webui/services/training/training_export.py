"""Exports of training data as zip files, written by a background job."""

from __future__ import annotations

import logging
import shutil
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.core.errors import PipelineError
from storage.db.errors import NotFoundError, StorageError, TrainingExportCancelled
from storage.db.workspace import DATABASE_NAME
from storage.training.export import export_training_data, plan_training_export
from storage.training.export_options import TrainingOptions
from storage.training.planning import (
    ExportPlan,
    TrainingChoices,
    read_choices,
    reading_training_data,
)
from storage.training.targets import writing_zip
from webui.services.runs.limits import LimitReachedError

MAX_KEPT = 3  # each is as large as its clips; older ones are removed
MAX_UNFINISHED = 5  # exports that wait or are being written

MakeExport = Callable[..., ExportPlan]
"""Function with the parameters and result of `export_training_data`."""

_log = logging.getLogger(__name__)


class ExportState(str, Enum):
    """State of a training data export."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ExportProgress:
    """Progress of a training data export at one moment.

    Attributes:
        export_id: 32 random hexadecimal digits.
        state: state of the export.
        done_ms: length of the audio cut so far.
        total_ms: length of all audio to cut; 0 while unknown.
        num_bytes: size of the file; 0 until it is done.
        error_kind: class of the failure; None without failure.
    """

    export_id: str
    state: ExportState = ExportState.WAITING
    done_ms: int = 0
    total_ms: int = 0
    num_bytes: int = 0
    error_kind: str | None = None

    @property
    def is_final(self) -> bool:
        """Whether the export has ended."""
        return self.state not in (ExportState.WAITING, ExportState.RUNNING)


@dataclass(slots=True)
class _Export:
    """Mutable state of an export, guarded by the service's lock."""

    options: TrainingOptions
    progress: ExportProgress
    recording_ids: frozenset[str] = frozenset()
    stop: threading.Event = field(default_factory=threading.Event)


class TrainingExportService:
    """Queue of training data exports, which runs one at a time."""

    def __init__(
        self, workspace: Path, folder: Path, export: MakeExport = export_training_data
    ) -> None:
        """Store the folders, without opening the database.

        Each export opens the database on its own, so that it does not block other work.

        Args:
            workspace: folder of the database and of the stored audio.
            folder: for finished exports; emptied when the app starts.
            export: function that writes an export.
        """
        self._export = export
        self._workspace = workspace
        self._folder = folder
        self._lock = threading.Lock()
        self._exports: dict[str, _Export] = {}
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="training-export")

    def choices(self) -> TrainingChoices:
        """Return the values that an export's filters can have."""
        with reading_training_data(self._workspace / DATABASE_NAME) as db:
            return read_choices(db)

    def preview(self, options: TrainingOptions) -> ExportPlan:
        """Plan an export without writing it.

        Raises:
            TrainingOptionError: if a format is not known.
        """
        return plan_training_export(self._workspace, options)

    def start(self, options: TrainingOptions) -> str:
        """Queue an export.

        Returns:
            Its id.

        Raises:
            LimitReachedError: if too many exports are unfinished.
        """
        export_id = uuid.uuid4().hex
        with self._lock:
            num_unfinished = sum(not each.progress.is_final for each in self._exports.values())
            if num_unfinished >= MAX_UNFINISHED:
                raise LimitReachedError("limit.exports", limit=str(MAX_UNFINISHED))
            self._exports[export_id] = _Export(options, ExportProgress(export_id))
            self._forget_oldest()
        self._worker.submit(self._work, export_id)
        return export_id

    def progress(self, export_id: str) -> ExportProgress:
        """Return the progress of an export.

        Raises:
            NotFoundError: if there is no such export.
        """
        with self._lock:
            return self._known(export_id).progress

    def newest(self) -> ExportProgress | None:
        """Return the progress of the newest export; None if there is none."""
        with self._lock:
            return next((each.progress for each in reversed(self._exports.values())), None)

    def cancel(self, export_id: str) -> None:
        """Request a queued or running export to stop without a file; a finished one stays.

        Raises:
            NotFoundError: if there is no such export.
        """
        with self._lock:
            self._known(export_id).stop.set()

    def file(self, export_id: str) -> Path:
        """Return the zip file of a finished export.

        Raises:
            NotFoundError: if there is no such export, or it is not finished.
        """
        with self._lock:
            if self._known(export_id).progress.state is not ExportState.DONE:
                raise NotFoundError("The export is not finished.")
        return self._path(export_id)

    def forget_recording(self, recording_id: str) -> None:
        """Remove finished exports with parts of a recording, and cancel all unfinished ones."""
        with self._lock:
            concerned = {
                export_id: each
                for export_id, each in self._exports.items()
                if recording_id in each.recording_ids or not each.progress.is_final
            }
            for export_id, each in concerned.items():
                each.stop.set()
                if each.progress.is_final:
                    self._remove(export_id)

    def close(self) -> None:
        """Stop running exports and remove finished ones."""
        with self._lock:
            for each in self._exports.values():
                each.stop.set()
        self._worker.shutdown(wait=True, cancel_futures=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _work(self, export_id: str) -> None:
        with self._lock:
            export = self._exports[export_id]

        try:
            self._make(export, self._path(export_id))
        except TrainingExportCancelled:
            self._note(export, state=ExportState.CANCELLED)
        except (StorageError, PipelineError) as error:  # may contain a title: not logged
            self._note_failure(export, error)
        except Exception as error:  # edge of the background thread: reported in the progress
            _log.exception("an export of training data failed unexpectedly")
            self._note_failure(export, error)

    def _make(self, export: _Export, path: Path) -> None:
        def report(done_ms: int, total_ms: int) -> None:
            _check_wanted(export)
            self._note(export, done_ms=done_ms, total_ms=total_ms)

        _check_wanted(export)
        self._note(export, state=ExportState.RUNNING)
        plan = self._export(
            self._workspace, export.options, partial(writing_zip, path), on_clip=report
        )
        with self._lock:  # `forget_recording` needs its recordings
            if export.stop.is_set():
                path.unlink(missing_ok=True)
            _check_wanted(export)
            export.recording_ids = frozenset(row.utterance.source.recording_id for row in plan.rows)
            export.progress = replace(
                export.progress, state=ExportState.DONE, num_bytes=path.stat().st_size
            )

    def _note_failure(self, export: _Export, error: Exception) -> None:
        kind = type(error).__name__
        _log.warning("the export %s failed: %s", export.progress.export_id, kind)
        self._note(export, state=ExportState.FAILED, error_kind=kind)

    def _note(self, export: _Export, **changes: Any) -> None:  # Any: fields of ExportProgress
        with self._lock:
            export.progress = replace(export.progress, **changes)

    def _known(self, export_id: str) -> _Export:
        export = self._exports.get(export_id)
        if export is None:
            raise NotFoundError("There is no such export any more; make it again.")
        return export

    def _forget_oldest(self) -> None:
        final = [each for each, export in self._exports.items() if export.progress.is_final]
        for export_id in final[: max(0, len(self._exports) - MAX_KEPT)]:
            self._remove(export_id)

    def _remove(self, export_id: str) -> None:
        del self._exports[export_id]
        try:
            self._path(export_id).unlink(missing_ok=True)
        except OSError:  # still being downloaded (Windows); removed at the next start
            _log.warning("an export cannot be removed yet", exc_info=True)

    def _path(self, export_id: str) -> Path:
        return self._folder / f"{export_id}.zip"


def _check_wanted(export: _Export) -> None:
    if export.stop.is_set():
        raise TrainingExportCancelled("The export was cancelled.")
