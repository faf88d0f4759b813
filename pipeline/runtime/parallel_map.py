"""Parallel mapping of a function over items, with results in input order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import chain, islice
from typing import TypeVar

from pipeline.core.options import RuntimeOptions
from pipeline.runtime.onnx_session import MAX_AUTOMATIC_THREADS

Item = TypeVar("Item")
Result = TypeVar("Result")

_WAITING_PER_WORKER = 2  # one running, one ready: workers never idle, and memory is bounded


def count_workers(runtime: RuntimeOptions) -> int:
    """Return the number of threads on which batches may run in parallel."""
    return runtime.num_threads or min(os.cpu_count() or 1, MAX_AUTOMATIC_THREADS)


def one_thread_each(runtime: RuntimeOptions) -> RuntimeOptions:
    """Return options with one thread per run, for graphs whose batches run in parallel.

    Small graphs lose a quarter of the processor if a single run is divided among threads, and a
    run on one thread gives the same numbers on every machine.
    """
    return replace(runtime, num_threads=1)


def batch_size(num_items: int, *, at_most: int, num_workers: int) -> int:
    """Return the batch size with which even few items give every worker a batch."""
    return max(1, min(at_most, -(-num_items // num_workers)))


def parallel_map(
    function: Callable[[Item], Result], items: Iterable[Item], *, num_workers: int
) -> Iterator[tuple[Item, Result]]:
    """Map `function` over `items` on a thread pool; yield (item, result) in input order.

    A single item, or all with one worker, runs in the caller's thread. Exceptions of the function
    are raised here. Pending items are dropped if the caller stops early.
    """
    coming = iter(items)
    first = list(islice(coming, 2))
    if len(first) < 2 or num_workers == 1:  # noqa: PLR2004 - nothing to run in parallel
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
