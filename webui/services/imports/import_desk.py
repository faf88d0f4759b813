"""Concurrent imports of transcript files in child processes with time and memory limits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.db.errors import EditRefusedError
from webui.services.imports.import_work import ImportOrder
from webui.services.imports.imports import ImportOutcome
from webui.services.imports.limited_process import (
    WorkLimits,
    WorkTooLargeError,
    WorkTooLongError,
)
from webui.services.imports.process_pool import ProcessPool
from webui.services.runs.limits import LimitReachedError

MAX_CONCURRENT = 2
LIMITS = WorkLimits(seconds=60.0, memory_mb=768)
_WORK = "webui.services.imports.import_work:import_file"


class ImportDesk:
    """Service that runs each import in a child process, at most one per visitor at a time."""

    def __init__(self, database_path: Path, limits: WorkLimits = LIMITS) -> None:
        self._database_path = database_path
        self._limits = limits
        self._lock = threading.Lock()
        self._visitors: set[str] = set()
        self._pool = ProcessPool(_WORK, limits)

    def do(self, order: ImportOrder, visitor: str) -> ImportOutcome:
        """Run an import in a child process and return its result.

        Args:
            order: the import.
            visitor: identifies the visitor.

        Raises:
            LimitReachedError: if the visitor has an import running, or too many are running.
            EditRefusedError: if the file cannot be read within the limits, or cannot be used.
            RequestFileError: if the request lacks what an import needs.
            NotFoundError: if there is no such recording or transcript.
            StorageError: if the database cannot be written.
        """
        with self._place(visitor), self._pool.lend() as process:
            try:
                outcome: ImportOutcome = process.call(self._database_path, order)
            except WorkTooLongError as error:
                raise EditRefusedError(
                    f"Reading the file took more than {self._limits.seconds:.0f} seconds and was "
                    "stopped. Split the file into parts.",
                    reason="import_too_long",
                    limit=f"{self._limits.seconds:.0f}",
                ) from error
            except WorkTooLargeError as error:
                raise EditRefusedError(
                    f"Reading the file took more than {self._limits.memory_mb} MB of memory and "
                    "was stopped. Split the file into parts.",
                    reason="import_too_large",
                    limit=str(self._limits.memory_mb),
                ) from error
            return outcome

    def close(self) -> None:
        """Kill all child processes, which cancels the running imports."""
        self._pool.close()

    @contextmanager
    def _place(self, visitor: str) -> Iterator[None]:
        with self._lock:
            if visitor in self._visitors:
                raise LimitReachedError("limit.own_import")
            if len(self._visitors) >= MAX_CONCURRENT:
                raise LimitReachedError("limit.imports", limit=str(MAX_CONCURRENT))
            self._visitors.add(visitor)
        try:
            yield
        finally:
            with self._lock:
                self._visitors.discard(visitor)
