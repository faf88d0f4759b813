"""Processes for work on files from outside, which are ended where they exceed their limits.

Their priority is the app's own: while one that gives way writes, the others would wait for it.
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
_FREE_LIBRARIES = ("pandas", "numpy")  # sqlite_utils loads them where it can: 90 MB, 0.4 s
_DONE, _RAISED, _TOO_LARGE, _PAST_LIMIT = "done", "raised", "too large", "past the limit"

Work = Callable[..., Any]  # takes what was sent, and a function that lifts the limit of time


class WorkTooLongError(Exception):
    """The work took longer than its limit and was stopped."""


class WorkTooLargeError(Exception):
    """The work needed more memory than its limit and was stopped."""


@dataclass(frozen=True, slots=True)
class WorkLimits:
    """How much one piece of work may take.

    Attributes:
        seconds: until the work is done, or lifts the limit because it ends in any case.
        memory_mb: of addresses beyond what the process has at its start. Only Linux keeps to it.
    """

    seconds: float
    memory_mb: int


class LimitedProcess:
    """One process that does one piece of work at a time.

    Args:
        work: a function of a module, as "module:function". Its last argument is a function to be
            called without arguments once the work must not be stopped any more.
        limits: of each piece of work.
        needs_numpy: whether the work does; a process without it starts sooner and is smaller.
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
        """Whether it can take more work."""
        return self._process.is_alive()

    def call(self, *arguments: object) -> Any:  # Any: what the work returns
        """Do a piece of work and return its result; what it raises is raised here.

        Raises:
            WorkTooLongError: if it took too long; the process has ended.
            WorkTooLargeError: if it took too much memory; the process has ended.
        """
        try:
            self._pipe.send(arguments)
            kind, value = self._answer()
        except (EOFError, OSError) as error:
            self.end()
            raise WorkTooLargeError from error  # the system ended it, or it could not go on
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
        """End the process, whatever it does."""
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
    except Exception as error:  # raised again in the process that asked
        return _RAISED, error


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None  # a spawned process has one

    def end() -> None:
        parent.join()
        os._exit(0)  # the main thread may be deep inside the work

    threading.Thread(target=end, daemon=True).start()


def _load_without_libraries() -> None:
    for name in _FREE_LIBRARIES:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # Python's sign for "not there"


def _limit_memory(memory_mb: int) -> None:
    if sys.platform != "linux":
        return
    import resource  # noqa: PLC0415 - Windows has none

    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    num_bytes = pages * resource.getpagesize() + memory_mb * _BYTES_PER_MB
    resource.setrlimit(resource.RLIMIT_AS, (num_bytes, num_bytes))
