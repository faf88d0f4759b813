"""Fetches the files of one model from the first source that can give them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import filelock

from pipeline.errors import ModelIntegrityError, PipelineError
from pipeline.models.manifest import ModelFile, ModelSpec
from pipeline.models.receiving import receive_file
from pipeline.models.sources import Fetcher, SourceUnavailableError
from pipeline.progress import Report

LOCK_POLL_S = 0.5  # between two looks whether another process has finished fetching


class FetchError(PipelineError):
    """No source could give a file, or it could not be written; the message lists why."""


def fetch_files(
    model: ModelSpec,
    folder: Path,
    *,
    fetchers: Mapping[str, Fetcher],
    is_wanted: Callable[[ModelFile], bool],
    report: Report,
) -> None:
    """Put the wanted files of a model into an existing folder.

    What one source has given stays when it fails, and the next is asked for the rest.

    Args:
        model: whose files.
        folder: where they belong.
        fetchers: by what to call them in a message, in the order to try.
        is_wanted: asked before each source.
        report: counts bytes; raising in it stops the work and leaves no half file.

    Raises:
        FetchError: if files are still wanted at the end.
    """
    reasons = []
    for name, fetcher in fetchers.items():
        wanted = [file for file in model.files if is_wanted(file)]
        if not wanted:
            return
        try:
            _receive(model, folder, wanted, fetcher, report)
        except (SourceUnavailableError, ModelIntegrityError) as error:
            reasons.append(f"{name}: {error}")
        except OSError as error:
            raise FetchError(f"{folder} cannot be written to: {error.strerror or error}") from error
        else:
            return
    raise FetchError("; ".join(reasons))


@contextlib.contextmanager
def locked(folder: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """Make a folder, and hold the lock beside it against other processes.

    Args:
        folder: what the lock is for.
        on_wait: called before each try; raising in it gives up.

    Raises:
        FetchError: if folder or lock cannot be made.
    """
    lock = filelock.FileLock(folder.with_name(f"{folder.name}.lock"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        while not lock.is_locked:
            on_wait()
            with contextlib.suppress(filelock.Timeout):
                lock.acquire(timeout=LOCK_POLL_S)
    except OSError as error:
        if isinstance(error, PipelineError):
            raise
        raise FetchError(f"{folder} cannot be written to: {error.strerror or error}") from error
    try:
        yield
    finally:
        lock.release()


def _receive(
    model: ModelSpec, folder: Path, wanted: Sequence[ModelFile], fetcher: Fetcher, report: Report
) -> None:
    counter = _ByteCounter(model.num_bytes, report)
    counter.add(model.num_bytes - sum(file.num_bytes for file in wanted))
    with contextlib.closing(fetcher.read(model, wanted, report=counter.reach)) as stream:
        for file, chunks in stream:
            receive_file(chunks, file, folder, on_bytes=counter.add)


class _ByteCounter:
    """Reports the larger of what has arrived and what has been written, never going back."""

    def __init__(self, total: int, report: Report) -> None:
        self._total = total
        self._report = report
        self._written = 0
        self._shown = 0

    def add(self, num_bytes: int) -> None:
        self._written += num_bytes
        self.reach(self._written, self._total)

    def reach(self, done: int, total: int) -> None:
        self._shown = max(self._shown, min(done, total))
        self._report(self._shown, total)
