"""Download of a model's files, trying its sources in turn."""

from __future__ import annotations

import contextlib
import errno
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import filelock

from pipeline.core.errors import ModelIntegrityError, PipelineError
from pipeline.core.progress import Report
from pipeline.models.fetch.receiving import look_for_partial, receive_file
from pipeline.models.fetch.sources import (
    Fetcher,
    FetchProblem,
    FileRequest,
    InterruptedTransferError,
    SourceUnavailableError,
)
from pipeline.models.manifest import ModelFile, ModelSpec

_DISK_FULL_CODES = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
TICK_S = 0.25
LOCK_FOLDER = ".locks"  # beside the models' folders; contains empty files
LOCK_POLL_S = 0.5  # interval of checks whether another process has finished fetching
MAX_FAILED_TRIES = 3  # consecutive tries of one source that brought no byte
PAUSE_S = 1.0  # before a source that brought nothing is tried again
BYTES_PER_MB = 1_000_000


class FetchError(PipelineError):
    """Error for files that no source could provide, or that could not be written.

    The message lists the reasons.

    Attributes:
        problem: category of the last reason.
    """

    def __init__(self, message: str, problem: FetchProblem = FetchProblem.OTHER) -> None:
        super().__init__(message)
        self.problem = problem


def fetch_files(
    model: ModelSpec,
    folder: Path,
    *,
    fetchers: Mapping[str, Fetcher],
    is_missing: Callable[[ModelFile], bool],
    report: Report,
) -> None:
    """Fetch the missing files of a model into an existing folder.

    Files from one source stay if it fails, and the next source provides the rest. A source
    whose connection breaks is tried again as long as it makes progress.

    Args:
        model: the model.
        folder: the target folder.
        fetchers: fetchers by display name, in the order to try.
        is_missing: returns whether a file is still missing; called before each try.
        report: counts bytes; an exception in it stops the work, received bytes are kept.

    Raises:
        FetchError: files are still missing at the end.
    """
    reasons, problem = [], FetchProblem.OTHER
    for name, fetcher in fetchers.items():
        try:
            _fetch_from(fetcher, model, folder, is_missing, report)
        except (SourceUnavailableError, ModelIntegrityError) as error:
            reasons.append(f"{name}: {error}")
            problem = _problem(error)
        except OSError as error:
            raise _unwritable(folder, error) from error
        else:
            return
    raise FetchError("; ".join(reasons), problem)


@contextlib.contextmanager
def locked(folder: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """Create a folder and hold a lock on it against other processes.

    Args:
        folder: the folder to lock.
        on_wait: called before each try; an exception in it ends the wait.

    Raises:
        FetchError: the folder or lock cannot be created.
    """
    lock_file = folder.parent / LOCK_FOLDER / folder.name
    lock = filelock.FileLock(lock_file)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock_file.parent.mkdir(exist_ok=True)
        while not lock.is_locked:
            on_wait()
            with contextlib.suppress(filelock.Timeout):
                lock.acquire(timeout=LOCK_POLL_S)
    except OSError as error:
        if isinstance(error, PipelineError):
            raise
        raise _unwritable(folder, error) from error
    try:
        yield
    finally:
        lock.release()


def _fetch_from(
    fetcher: Fetcher,
    model: ModelSpec,
    folder: Path,
    is_missing: Callable[[ModelFile], bool],
    report: Report,
) -> None:
    counter = _ByteCounter(model.num_bytes, report)
    num_failed_tries = 0
    while missing := [look_for_partial(each, folder) for each in model.files if is_missing(each)]:
        num_missing = sum(each.file.num_bytes - each.num_bytes_here for each in missing)
        _require_space(folder, num_missing)
        counter.begin_at(model.num_bytes - num_missing)
        try:
            _receive(fetcher, model, missing, folder, counter)
        except InterruptedTransferError:
            num_failed_tries = 0 if counter.has_advanced() else num_failed_tries + 1
            if num_failed_tries >= MAX_FAILED_TRIES:
                raise
            _pause(PAUSE_S * num_failed_tries, counter)


def _receive(
    fetcher: Fetcher,
    model: ModelSpec,
    missing: Sequence[FileRequest],
    folder: Path,
    counter: _ByteCounter,
) -> None:
    with contextlib.closing(fetcher.read(model, missing, report=counter.reach)) as stream:
        for arrival in stream:
            receive_file(arrival, folder, on_bytes=counter.add)


def _require_space(folder: Path, num_bytes: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < num_bytes:
        raise FetchError(
            f"'{folder}' has {free / BYTES_PER_MB:.0f} MB of free space left, but "
            f"{num_bytes / BYTES_PER_MB:.0f} MB are needed. Free some, or choose another "
            "folder",
            FetchProblem.DISK_FULL,
        )


def _pause(seconds: float, counter: _ByteCounter) -> None:
    """Wait for `seconds`; call the progress report at intervals, which may raise an exception."""
    end_s = time.monotonic() + seconds
    while time.monotonic() < end_s:
        counter.add(0)
        time.sleep(min(TICK_S, seconds))


def _unwritable(folder: Path, error: OSError) -> FetchError:
    if error.errno in _DISK_FULL_CODES:
        return FetchError(
            f"the disk of '{folder}' is full. Free some space, then fetch again: received data is "
            "kept",
            FetchProblem.DISK_FULL,
        )
    return FetchError(f"'{folder}' cannot be written to: {error.strerror or error}")


def _problem(error: SourceUnavailableError | ModelIntegrityError) -> FetchProblem:
    return error.problem if isinstance(error, SourceUnavailableError) else FetchProblem.CONTENT


class _ByteCounter:
    """A monotonic progress counter, which reports the larger of the bytes received and written."""

    def __init__(self, total: int, report: Report) -> None:
        self._total = total
        self._report = report
        self._written = 0
        self._furthest = 0
        self._shown = 0

    def begin_at(self, num_bytes: int) -> None:
        """Set the number of bytes that exist at the start of a try."""
        self._written = num_bytes
        self._furthest = max(self._furthest, num_bytes)
        self.add(0)

    def has_advanced(self) -> bool:
        """Return whether more bytes were written than at any earlier call or start of a try."""
        is_advanced = self._written > self._furthest
        self._furthest = max(self._furthest, self._written)
        return is_advanced

    def add(self, num_bytes: int) -> None:
        self._written += num_bytes
        self.reach(self._written, self._total)

    def reach(self, done: int, total: int) -> None:
        self._shown = max(self._shown, min(done, total))
        self._report(self._shown, total)
