"""Unread responses, the end of those that are being made, and garbage collection in a server."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import threading
import traceback
from collections.abc import Iterator
from contextlib import ExitStack
from types import FrameType

import pytest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.browser.running_app import free_port
from webui.protection.connection_limits import MAX_UNSENT_BYTES
from webui.server import PageServer

BODY = b"x" * (16 << 20)
NUM_READERS = 12
MOST_HELD = MAX_UNSENT_BYTES // len(BODY) + 3  # the newest, and what the sockets themselves hold
REQUEST = b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"


async def large_answer(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await Response(BODY)(scope, receive, send)


@pytest.fixture
def port() -> Iterator[int]:
    """Port of a server whose every answer is large."""
    number = free_port()
    server = PageServer(large_answer, "127.0.0.1", number, behind_proxy=False)
    server.start()
    yield number
    server.stop()


def test_garbage_collections_skip_all_objects_of_the_started_app(port: int) -> None:
    try:
        assert gc.get_freeze_count() > len(gc.get_objects())
    finally:
        gc.unfreeze()


def whole_answer(reader: socket.socket) -> bool:
    """Read an answer to its end; return whether it is complete."""
    received = bytearray()
    try:
        while data := reader.recv(1 << 20):
            received += data
    except ConnectionResetError:
        return False
    return received.endswith(BODY)


def test_answers_that_nobody_reads_are_dropped_above_the_limit(port: int) -> None:
    with ExitStack() as stack:
        readers = []
        for _ in range(NUM_READERS):
            reader = stack.enter_context(socket.create_connection(("127.0.0.1", port), 30))
            reader.sendall(REQUEST)
            reader.recv(1)  # the answer is being sent
            readers.append(reader)
        complete = [whole_answer(each) for each in readers]

    assert complete[-1]
    assert 1 < sum(complete) <= MOST_HELD


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="the system has no alarm signal")
def test_after_a_stop_signal_the_server_has_ended_when_the_wait_returns() -> None:
    answered = threading.Event()

    async def slow_answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            await asyncio.sleep(0.5)
            await Response(b"done")(scope, receive, send)
            answered.set()

    def interrupt(number: int, frame: FrameType | None) -> None:
        codes = {each.f_code for each, _ in traceback.walk_stack(frame)}
        if {PageServer.wait.__code__, threading.Event.wait.__code__} <= codes:
            raise KeyboardInterrupt
        signal.setitimer(signal.ITIMER_REAL, 0.05)  # the wait has not begun

    number = free_port()
    server = PageServer(slow_answer, "127.0.0.1", number, behind_proxy=False)
    server.start()
    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with socket.create_connection(("127.0.0.1", number), 30) as client:
            client.sendall(REQUEST)
            server.wait(before_stop=lambda: None)
            assert answered.is_set()
    finally:
        signal.signal(signal.SIGALRM, before)
