"""Pool of child processes with limits, which reuses an idle process for the next call."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from webui.services.imports.limited_process import LimitedProcess, WorkLimits

KEPT_S = 300.0  # how long one process without work is kept


class ProcessPool:
    """Pool of child processes for one function, with at most one idle process.

    Args:
        work: a function of a module; see `LimitedProcess`.
        limits: limits of each call.
        needs_numpy: whether to load NumPy in each process.
    """

    def __init__(self, work: str, limits: WorkLimits, *, needs_numpy: bool = False) -> None:
        self._work = work
        self._needs_numpy = needs_numpy
        self._limits = limits
        self._lock = threading.Lock()
        self._processes: set[LimitedProcess] = set()
        self._idle: LimitedProcess | None = None
        self._timer: threading.Timer | None = None
        self._is_closed = False

    def close(self) -> None:
        """Kill all processes, including busy ones."""
        with self._lock:
            self._is_closed = True
            processes, self._idle = list(self._processes), None
            self._processes.clear()
            if self._timer is not None:
                self._timer.cancel()
        for process in processes:
            process.end()

    @contextmanager
    def lend(self) -> Iterator[LimitedProcess]:
        """Yield an idle or a new process for exclusive use in a `with` block."""
        process = self._take()
        try:
            yield process
        finally:
            self._put_back(process)

    def _take(self) -> LimitedProcess:
        with self._lock:
            process, self._idle = self._idle, None
            if process is None or not process.is_alive:
                process = LimitedProcess(self._work, self._limits, needs_numpy=self._needs_numpy)
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
