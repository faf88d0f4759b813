"""Waiting in tests for something that another thread or process brings about."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Answer = TypeVar("Answer")

LONGEST_WAIT_S = 30.0  # a spawned process on a busy machine may take several seconds


def eventually(holds: Callable[[], bool], *, timeout_s: float = LONGEST_WAIT_S) -> None:
    """Return as soon as `holds()` is true; fail the test if it never is."""
    pause = threading.Event()
    give_up_s = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < give_up_s, "the condition never came true"
        pause.wait(0.005)


def run_in_new_loop(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Run a coroutine in a thread: tests with a browser leave a running event loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
