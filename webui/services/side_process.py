"""A process beside the app for work that would hold up the page; it ends when the app does."""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.process import BaseProcess

from pipeline.engines.priority import lower_priority


def open_side_process() -> ProcessPoolExecutor:
    """One process at low priority, started with the first work; the caller shuts it down.

    Left to itself it would wait for ever for work from an app that was killed, with all the memory
    of its libraries: a pool's process holds both ends of the pipe it reads from.
    """
    context = multiprocessing.get_context("spawn")  # fork breaks threads
    return ProcessPoolExecutor(max_workers=1, mp_context=context, initializer=_begin)


def _begin() -> None:
    lower_priority()
    parent = multiprocessing.parent_process()
    assert parent is not None  # a process of a pool has one
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(0)  # the main thread may be deep inside a library
