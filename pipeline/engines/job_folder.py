"""Temporary folder of a job, which does not outlive a crash for long."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

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


def _delete_abandoned() -> None:
    """Delete folders whose locks are free, left by workers killed on this machine."""
    for lock in Path(tempfile.gettempdir()).glob(f"{_FOLDER_PREFIX}*{_LOCK_SUFFIX}"):
        with suppress(Timeout, OSError), FileLock(lock, timeout=0):
            shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
            lock.unlink(missing_ok=True)
