"""Child processes with time and memory limits, for work on untrusted files.

They have the app's priority: a low-priority process that holds the write lock would block it.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

_BYTES_PER_MB = 1 << 20
_FREE_LIBRARIES = ("pandas", "numpy")  # optional imports of sqlite_utils: 90 MB, 0.4 s
_DONE, _RAISED, _TOO_LARGE, _PAST_LIMIT = "done", "raised", "too large", "past the limit"

Work = Callable[..., Any]  # takes the arguments, and a function that lifts the time limit


class WorkTooLongError(Exception):
    """Error for work that exceeded its time limit and was stopped."""


class WorkTooLargeError(Exception):
    """Error for work that exceeded its memory limit and was stopped."""


@dataclass(frozen=True, slots=True)
class WorkLimits:
    """Time and memory limits of one call in a child process.

    Attributes:
        seconds: time limit until the work is done or lifts the limit.
        memory_mb: address space beyond that at the process's start; enforced on Linux only.
    """

    seconds: float
    memory_mb: int


class LimitedProcess:
    """Child process that runs calls of one function, one at a time, with limits.

    Args:
        work: a function as "module:function". Its last argument is a function to call without
            arguments once the work must no longer be stopped.
        limits: limits of each call.
        needs_numpy: whether to load NumPy; without it a process is smaller and starts sooner.
    """

    def __init__(self, work: str, limits: WorkLimits, *, needs_numpy: bool = False) -> None:
        self._limits = limits
        context = multiprocessing.get_context("spawn")  # fork breaks threads
        self._pipe, far_end = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(far_end, work, limits.memory_mb, needs_numpy), daemon=True
        )
        self._process.start()
        far_end.close()

    @property
    def is_alive(self) -> bool:
        """Whether the process is running and can take another call."""
        return self._process.is_alive()

    def call(self, *arguments: object) -> Any:  # Any: the work's result
        """Call the function in the process; return its result or raise its exception.

        Raises:
            WorkTooLongError: if it took too long; the process has ended.
            WorkTooLargeError: if it took too much memory; the process has ended.
        """
        try:
            self._pipe.send(arguments)
            kind, value = self._answer()
        except (EOFError, OSError) as error:
            self.end()
            raise WorkTooLargeError from error  # killed by the system, or crashed
        except BaseException:
            self.end()
            raise
        if kind == _TOO_LARGE:
            self.end()
            raise WorkTooLargeError
        if kind == _RAISED:
            raise value
        return value

    def end(self) -> None:
        """Kill the process and close its pipe."""
        self._process.kill()
        self._process.join()
        self._pipe.close()

    def _answer(self) -> tuple[str, Any]:
        if not self._pipe.poll(self._limits.seconds):
            raise WorkTooLongError
        answer: tuple[str, Any] = self._pipe.recv()
        while answer[0] == _PAST_LIMIT:
            answer = self._pipe.recv()
        return answer


def _serve(pipe: Connection, work: str, memory_mb: int, needs_numpy: bool) -> None:
    _end_with_parent()
    if not needs_numpy:
        _load_without_libraries()
    module, _, name = work.partition(":")
    do: Work = getattr(importlib.import_module(module), name)
    _limit_memory(memory_mb)
    while True:
        try:
            arguments = pipe.recv()
        except EOFError:
            return
        pipe.send(_result(do, arguments, lambda: pipe.send((_PAST_LIMIT, None))))


def _result(do: Work, arguments: tuple[object, ...], lift_limit: Work) -> tuple[str, Any]:
    try:
        return _DONE, do(*arguments, lift_limit)
    except MemoryError:
        return _TOO_LARGE, None
    except Exception as error:  # raised again in the parent process
        return _RAISED, error


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None  # a spawned process has a parent

    def end() -> None:
        parent.join()
        os._exit(0)  # the main thread may be inside a C extension

    threading.Thread(target=end, daemon=True).start()


def _load_without_libraries() -> None:
    for name in _FREE_LIBRARIES:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # None marks a missing module


def _limit_memory(memory_mb: int) -> None:
    if sys.platform != "linux":
        return
    import resource  # noqa: PLC0415 - Windows has none

    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    num_bytes = pages * resource.getpagesize() + memory_mb * _BYTES_PER_MB
    resource.setrlimit(resource.RLIMIT_AS, (num_bytes, num_bytes))
