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
    LimitedProcess,
    WorkLimits,
    WorkTooLargeError,
    WorkTooLongError,
)
from webui.services.runs.limits import LimitReachedError

MOST_AT_ONCE = 2
KEPT_S = 300.0  # a process without work, so that the next import need not start one
LIMITS = WorkLimits(seconds=60.0, memory_mb=768)
_WORK = "webui.services.imports.import_work:import_file"


class ImportDesk:
    """Does imports in processes beside the app; the next one often finds a process started."""

    def __init__(self, database_path: Path, limits: WorkLimits = LIMITS) -> None:
        self._database_path = database_path
        self._limits = limits
        self._lock = threading.Lock()
        self._visitors: set[str] = set()
        self._processes: set[LimitedProcess] = set()
        self._idle: LimitedProcess | None = None
        self._timer: threading.Timer | None = None
        self._is_closed = False

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
        with self._place(visitor), self._process() as process:
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
        with self._lock:
            self._is_closed = True
            processes, self._idle = list(self._processes), None
            self._processes.clear()
            if self._timer is not None:
                self._timer.cancel()
        for process in processes:
            process.end()

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

    @contextmanager
    def _process(self) -> Iterator[LimitedProcess]:
        process = self._take()
        try:
            yield process
        finally:
            self._put_back(process)

    def _take(self) -> LimitedProcess:
        with self._lock:
            process, self._idle = self._idle, None
            if process is None or not process.is_alive:
                process = LimitedProcess(_WORK, self._limits)
            self._processes.add(process)
            return process

    def _put_back(self, process: LimitedProcess) -> None:
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
            if not process.is_alive or self._is_closed:
                self._processes.discard(process)
                return
            surplus, self._idle = self._idle, process
            self._timer = threading.Timer(KEPT_S, self._let_go, [process])
            self._timer.daemon = True
            self._timer.start()
            if surplus is not None:
                self._processes.discard(surplus)
        if surplus is not None:
            surplus.end()

    def _let_go(self, process: LimitedProcess) -> None:
        with self._lock:
            if self._idle is not process:
                return
            self._idle = None
            self._processes.discard(process)
        process.end()
