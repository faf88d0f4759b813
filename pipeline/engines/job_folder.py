"""Temporary folders of jobs, and copies in them of recordings in object stores."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.core.progress import OnProgress, Stage, ignore_progress, report_as
from pipeline.engines.engine import JobRequest
from pipeline.inputs.object_store import copy_from_store

_FOLDER_PREFIX = "speaker-studio-job-"
_LOCK_SUFFIX = ".lock"


@contextmanager
def job_folder() -> Iterator[Path]:
    """Yield a temporary folder that is deleted at the end, or by a later job after a crash."""
    _delete_abandoned()
    folder = Path(tempfile.mkdtemp(prefix=_FOLDER_PREFIX))
    lock = folder.with_name(folder.name + _LOCK_SUFFIX)
    try:
        with FileLock(lock):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.unlink(missing_ok=True)


@contextmanager
def with_local_copy(
    request: JobRequest, on_progress: OnProgress = ignore_progress
) -> Iterator[JobRequest]:
    """Yield the job with a copy of its recording, if that is in an object store.

    Raises:
        DownloadError: the recording cannot be read.
        WorkingFileError: the copy cannot be written.
    """
    if request.address is None:
        yield request
        return
    with job_folder() as folder:
        audio_path = folder / request.audio_path.name
        report = report_as(Stage.READ_AUDIO, on_progress)
        copy_from_store(request.address, audio_path, report=report)
        yield replace(request, audio_path=audio_path, address=None)


def _delete_abandoned() -> None:
    """Delete folders whose locks are free, left by workers killed on this machine."""
    for lock in Path(tempfile.gettempdir()).glob(f"{_FOLDER_PREFIX}*{_LOCK_SUFFIX}"):
        with suppress(Timeout, OSError), FileLock(lock, timeout=0):
            shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
            lock.unlink(missing_ok=True)
