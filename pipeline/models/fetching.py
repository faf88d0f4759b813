"""Fetches the files of one model from the first source that can give them."""

from __future__ import annotations

import contextlib
import errno
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import filelock

from pipeline.errors import ModelIntegrityError, PipelineError
from pipeline.models.manifest import ModelFile, ModelSpec
from pipeline.models.receiving import look_for_partial, receive_file
from pipeline.models.sources import (
    Fetcher,
    FetchProblem,
    InterruptedTransferError,
    SourceUnavailableError,
    Wanted,
)
from pipeline.progress import Report

_DISK_FULL_CODES = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})
TICK_S = 0.25
LOCK_FOLDER = ".locks"  # beside the models' folders; holds empty files
LOCK_POLL_S = 0.5  # between two looks whether another process has finished fetching
NUM_FRUITLESS_TRIES = 3  # of one source, one after the other, that brought no byte
PAUSE_S = 1.0  # before asking a source again that brought nothing
BYTES_PER_MB = 1_000_000


class FetchError(PipelineError):
    """No source could give a file, or it could not be written; the message lists why.

    Attributes:
        problem: what a person can do something about, of the last reason.
    """

    def __init__(self, message: str, problem: FetchProblem = FetchProblem.OTHER) -> None:
        super().__init__(message)
        self.problem = problem


def fetch_files(
    model: ModelSpec,
    folder: Path,
    *,
    fetchers: Mapping[str, Fetcher],
    is_wanted: Callable[[ModelFile], bool],
    report: Report,
) -> None:
    """Put the wanted files of a model into an existing folder.

    What one source has given stays when it fails, and the next is asked for the rest. A source
    whose connection breaks is asked again, as long as it brings something.

    Args:
        model: whose files.
        folder: where they belong.
        fetchers: by what to call them in a message, in the order to try.
        is_wanted: asked before each try.
        report: counts bytes; raising in it stops the work. What has come stays for the next try.

    Raises:
        FetchError: if files are still wanted at the end.
    """
    reasons, problem = [], FetchProblem.OTHER
    for name, fetcher in fetchers.items():
        try:
            _fetch_from(fetcher, model, folder, is_wanted, report)
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
    """Make a folder, and hold its lock against other processes.

    Args:
        folder: what the lock is for.
        on_wait: called before each try; raising in it gives up.

    Raises:
        FetchError: if folder or lock cannot be made.
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
    is_wanted: Callable[[ModelFile], bool],
    report: Report,
) -> None:
    counter = _ByteCounter(model.num_bytes, report)
    num_fruitless = 0
    while wanted := [look_for_partial(each, folder) for each in model.files if is_wanted(each)]:
        num_missing = sum(each.file.num_bytes - each.num_bytes_here for each in wanted)
        _require_space(folder, num_missing)
        counter.begin_at(model.num_bytes - num_missing)
        try:
            _receive(fetcher, model, wanted, folder, counter)
        except InterruptedTransferError:
            num_fruitless = 0 if counter.has_come_further() else num_fruitless + 1
            if num_fruitless >= NUM_FRUITLESS_TRIES:
                raise
            _pause(PAUSE_S * num_fruitless, counter)


def _receive(
    fetcher: Fetcher,
    model: ModelSpec,
    wanted: Sequence[Wanted],
    folder: Path,
    counter: _ByteCounter,
) -> None:
    with contextlib.closing(fetcher.read(model, wanted, report=counter.reach)) as stream:
        for arrival in stream:
            receive_file(arrival, folder, on_bytes=counter.add)


def _require_space(folder: Path, num_bytes: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < num_bytes:
        raise FetchError(
            f"'{folder}' has {free / BYTES_PER_MB:.0f} MB of free space left, and "
            f"{num_bytes / BYTES_PER_MB:.0f} MB are still to come. Free some, or choose another "
            "folder",
            FetchProblem.DISK_FULL,
        )


def _pause(seconds: float, counter: _ByteCounter) -> None:
    """Wait, and listen all the while whether the work is to be stopped."""
    end_s = time.monotonic() + seconds
    while time.monotonic() < end_s:
        counter.add(0)
        time.sleep(min(TICK_S, seconds))


def _unwritable(folder: Path, error: OSError) -> FetchError:
    if error.errno in _DISK_FULL_CODES:
        return FetchError(
            f"the disk of '{folder}' is full. Free some space, then fetch again: what has come is "
            "kept",
            FetchProblem.DISK_FULL,
        )
    return FetchError(f"'{folder}' cannot be written to: {error.strerror or error}")


def _problem(error: SourceUnavailableError | ModelIntegrityError) -> FetchProblem:
    return error.problem if isinstance(error, SourceUnavailableError) else FetchProblem.CONTENT


class _ByteCounter:
    """Reports the larger of what has arrived and what has been written, never going back."""

    def __init__(self, total: int, report: Report) -> None:
        self._total = total
        self._report = report
        self._written = 0
        self._furthest = 0
        self._shown = 0

    def begin_at(self, num_bytes: int) -> None:
        """A try begins with so much in place."""
        self._written = num_bytes
        self._furthest = max(self._furthest, num_bytes)
        self.add(0)

    def has_come_further(self) -> bool:
        """Whether more has been written than at any time before; asked again, only since then."""
        is_further = self._written > self._furthest
        self._furthest = max(self._furthest, self._written)
        return is_further

    def add(self, num_bytes: int) -> None:
        self._written += num_bytes
        self.reach(self._written, self._total)

    def reach(self, done: int, total: int) -> None:
        self._shown = max(self._shown, min(done, total))
        self._report(self._shown, total)
