"""Connections that are opened and kept, silent or half said, take the page from nobody."""

from __future__ import annotations

import resource
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http import HTTPStatus

import httpx
import pytest

from tests.attacks.measured_app import MeasuredApp
from tests.browser.review_workspace import MadeWorkspace
from tests.conditions import eventually
from webui.protection.connection_limits import HEADER_S, MAX_CONNECTIONS_OF_ADDRESS

MOST_WAIT_S = 2.0  # of another visitor, on a busy machine
HALF = b"GET / HTTP/1.1\r\nhost: localhost\r\nx-half: "
STREAM = b"GET /gradio_api/heartbeat/%d HTTP/1.1\r\nhost: localhost\r\n\r\n"


@pytest.fixture(autouse=True)
def many_handles() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4_096, hard), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@contextmanager
def connections(app: MeasuredApp, number: int, said: bytes = b"") -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        held = []
        for index in range(number):
            each = stack.enter_context(socket.create_connection(("127.0.0.1", app.port), 30))
            if said:
                each.sendall(said % index if b"%d" in said else said)
            held.append(each)
        yield held


@pytest.mark.parametrize("said", [b"", HALF, STREAM], ids=["silent", "half headers", "streams"])
def test_another_visitor_is_served_beside_1100_held_connections(
    attacked: MeasuredApp, said: bytes
) -> None:
    logged = len(attacked.log_text())
    with connections(attacked, 1_100, said), attacked.waits_of_another_visitor() as waits:
        for _ in range(5):
            page = httpx.get(f"{attacked.url}/studio/recordings", timeout=10)
            assert page.status_code == HTTPStatus.OK
        eventually(lambda: len(waits) >= 5)
        handles = attacked.num_handles()

    assert max(waits) < MOST_WAIT_S
    assert handles < MAX_CONNECTIONS_OF_ADDRESS + 200
    assert len(attacked.log_text()) - logged < 100_000
    assert attacked.memory_mb() < 400


def test_a_few_handles_are_enough_to_serve_the_page(made: MadeWorkspace) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    app = MeasuredApp(made.folder.parent / "few", "--no-demo", "--offline")
    command = app.command()
    app.command = lambda: ["/bin/sh", "-c", 'ulimit -n 512; exec "$@"', "sh", *command]  # type: ignore[method-assign]
    app.start()

    with connections(app, 600, HALF):
        served = [httpx.get(f"{app.url}/studio/recordings", timeout=10) for _ in range(3)]
    app.stop()

    assert [each.status_code for each in served] == [HTTPStatus.OK] * 3
    assert "Too many open files" not in app.log_text()
    assert (soft, hard) == resource.getrlimit(resource.RLIMIT_NOFILE)


@pytest.mark.parametrize("said", [b"", HALF])
def test_headers_that_do_not_end_are_closed(attacked: MeasuredApp, said: bytes) -> None:
    began = time.monotonic()
    with connections(attacked, 1, said) as (slow,):
        ends = threading.Event()
        dripping = threading.Thread(target=_drip, args=(slow, ends)) if said else None
        if dripping is not None:
            dripping.start()
        answer = slow.recv(1_000)
        ends.set()
        if dripping is not None:
            dripping.join()

    assert HEADER_S - 1 < time.monotonic() - began < HEADER_S + 8
    assert answer == b"" if not said else b" 408 " in answer


def _drip(connection: socket.socket, ends: threading.Event) -> None:
    while not ends.wait(1.0):
        try:
            connection.sendall(b"a")
        except OSError:
            return


def test_an_upload_that_goes_on_slowly_is_taken(attacked: MeasuredApp) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.wav"\r\n\r\n'
    end = b"\r\n--b--\r\n"
    size = len(part) + 25 + len(end)
    head = (
        "POST /gradio_api/upload HTTP/1.1\r\nhost: localhost\r\n"
        f"content-type: multipart/form-data; boundary=b\r\ncontent-length: {size}\r\n\r\n"
    )
    with connections(attacked, 1, head.encode() + part) as (slow,):
        for _ in range(25):
            threading.Event().wait(1.0)
            slow.sendall(b"x")
        slow.sendall(end)
        answer = slow.recv(1_000)

    assert answer.startswith(b"HTTP/1.1 200 ")


def test_a_stream_lasts_longer_than_every_wait_for_headers(attacked: MeasuredApp) -> None:
    with connections(attacked, 1, STREAM) as (stream,):
        began, received = time.monotonic(), b""
        while time.monotonic() - began < HEADER_S + 5:
            received += stream.recv(1_000)

    assert received.count(b"ALIVE") > 1
