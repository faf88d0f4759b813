"""Runs batches on several threads and hands back their results in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import chain, islice
from typing import TypeVar

from pipeline.onnx_session import MAX_AUTOMATIC_THREADS
from pipeline.options import RuntimeOptions

Item = TypeVar("Item")
Result = TypeVar("Result")

_WAITING_PER_WORKER = 2  # one at work, one ready: nobody waits, and memory stays bounded


def count_workers(runtime: RuntimeOptions) -> int:
    """How many batches may run at a time."""
    return runtime.num_threads or min(os.cpu_count() or 1, MAX_AUTOMATIC_THREADS)


def one_thread_each(runtime: RuntimeOptions) -> RuntimeOptions:
    """Options for a graph whose batches run side by side.

    Small graphs waste a quarter of the processor when a single run is shared among threads, and
    a run on one thread gives the same numbers on every machine.
    """
    return replace(runtime, num_threads=1)


def batch_size(num_items: int, *, at_most: int, num_workers: int) -> int:
    """How many items make a batch, so that a few items keep every worker busy too."""
    return max(1, min(at_most, -(-num_items // num_workers)))


def run_ahead(
    function: Callable[[Item], Result], items: Iterable[Item], *, num_workers: int
) -> Iterator[tuple[Item, Result]]:
    """Each item with its result, in the items' order, a few of them worked on at a time.

    A single item, or what one worker does, is done in the caller's thread. Whatever the function
    raises comes out here. Items that wait when the caller stops early are
    dropped.
    """
    coming = iter(items)
    first = list(islice(coming, 2))
    if len(first) < 2 or num_workers == 1:  # noqa: PLR2004 - nothing to run beside it
        yield from ((item, function(item)) for item in chain(first, coming))
        return
    waiting: deque[tuple[Item, Future[Result]]] = deque()
    executor = ThreadPoolExecutor(max_workers=num_workers)
    try:
        for item in chain(first, coming):
            waiting.append((item, executor.submit(function, item)))
            if len(waiting) >= _WAITING_PER_WORKER * num_workers:
                done, future = waiting.popleft()
                yield done, future.result()
        while waiting:
            done, future = waiting.popleft()
            yield done, future.result()
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
