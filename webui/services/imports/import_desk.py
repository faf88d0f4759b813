"""Imports at work: few at once, one of each visitor, each in a process with limits."""

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

MOST_AT_ONCE = 2
LIMITS = WorkLimits(seconds=60.0, memory_mb=768)
_WORK = "webui.services.imports.import_work:import_file"


class ImportDesk:
    """Does imports in processes beside the app; the next one often finds a process started."""

    def __init__(self, database_path: Path, limits: WorkLimits = LIMITS) -> None:
        self._database_path = database_path
        self._limits = limits
        self._lock = threading.Lock()
        self._visitors: set[str] = set()
        self._pool = ProcessPool(_WORK, limits)

    def do(self, order: ImportOrder, visitor: str) -> ImportOutcome:
        """Do an import.

        Args:
            order: what to import.
            visitor: tells the visitor from others.

        Raises:
            LimitReachedError: if the visitor, or enough others, have an import at work.
            EditRefusedError: if the file cannot be read within the limits, or not be used.
            RequestFileError: if the request is not what an import needs.
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
        """End all processes; an import at work is as if it had not been asked for."""
        self._pool.close()

    @contextmanager
    def _place(self, visitor: str) -> Iterator[None]:
        with self._lock:
            if visitor in self._visitors:
                raise LimitReachedError("limit.own_import")
            if len(self._visitors) >= MOST_AT_ONCE:
                raise LimitReachedError("limit.imports", limit=str(MOST_AT_ONCE))
            self._visitors.add(visitor)
        try:
            yield
        finally:
            with self._lock:
                self._visitors.discard(visitor)
