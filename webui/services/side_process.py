"""Low-priority child process for slow computations, which ends with the app."""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.process import BaseProcess

from pipeline.engines.priority import lower_priority


def open_side_process() -> ProcessPoolExecutor:
    """Return a pool of one low-priority process, started on demand; the caller shuts it down.

    Unchecked it would outlive a killed app, with the memory of its libraries: a pool's process
    holds both ends of the pipe it reads from, so it never sees the end of the file.
    """
    context = multiprocessing.get_context("spawn")  # fork breaks threads
    return ProcessPoolExecutor(max_workers=1, mp_context=context, initializer=_begin)


def _begin() -> None:
    lower_priority()
    parent = multiprocessing.parent_process()
    assert parent is not None  # a pool's process has a parent
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(0)  # the main thread may be inside a C extension
