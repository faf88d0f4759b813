"""Attacks on the routes of live recordings: foreign pages, held connections, hostile messages."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Coroutine, Iterator
from contextlib import ExitStack
from http import HTTPStatus
from typing import Any, TypeVar

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.attacks.measured_app import MeasuredApp
from tests.conditions import eventually, run_in_new_loop
from tests.webui.live.live_browser import hello
from tests.webui.live.sound import frames, sound
from webui.protection.connection_limits import MAX_CONNECTIONS_OF_ADDRESS

PATH = "/studio/live"
REFUSED = HTTPStatus.FORBIDDEN
TOO_BIG = 1009
LONGEST_WAIT_OF_OTHERS_S = 5.0  # on a busy machine
PING = 0x9
CONTINUATION = 0x0
TEXT = 0x1

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    return run_in_new_loop(work)


def url(app: MeasuredApp) -> str:
    return app.url.replace("http", "ws") + PATH


def upgrade(app: MeasuredApp, **headers: str) -> socket.socket:
    """Return a connection on which an upgrade was requested; an empty header is left out."""
    given = {"Host": f"127.0.0.1:{app.port}", "Origin": app.url, **headers}
    link = socket.create_connection(("127.0.0.1", app.port), 30)
    link.sendall(
        f"GET {PATH} HTTP/1.1\r\nconnection: Upgrade\r\nupgrade: websocket\r\n"
        "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n".encode()
        + "".join(f"{name}: {value}\r\n" for name, value in given.items() if value).encode()
        + b"\r\n"
    )
    return link


def upgrade_status(app: MeasuredApp, **headers: str) -> int:
    """Return the status with which an upgrade with these headers is answered."""
    with upgrade(app, **headers) as link:
        return int(link.recv(12).split()[1])


async def close_code(app: MeasuredApp, *sent: str | bytes) -> int | None:
    """Return the code with which the app closes a connection after these messages."""
    async with connect(url(app), origin=app.url, max_size=None) as link:  # type: ignore[arg-type]
        try:
            for each in sent:
                await link.send(each)
            while True:
                await link.recv()
        except ConnectionClosed:
            return link.close_code


async def begin(link: ClientConnection) -> dict[str, Any]:
    await link.send(json.dumps(hello()))
    welcome: dict[str, Any] = json.loads(await link.recv())
    assert welcome["type"] == "welcome"
    return welcome


def raw_socket(app: MeasuredApp) -> socket.socket:
    """Return an upgraded connection without a library around it."""
    link = upgrade(app)
    assert link.recv(12) == b"HTTP/1.1 101"
    return link


def frame(opcode: int, payload: bytes = b"", *, is_last: bool = True) -> bytes:
    """Return a short client frame, masked with zeros."""
    return struct.pack("!BB", (0x80 if is_last else 0) | opcode, 0x80 | len(payload)) + (
        bytes(4) + payload
    )


@pytest.fixture(autouse=True)
def no_recordings_left(attacked: MeasuredApp) -> Iterator[None]:
    """Remove the live recordings of each test, which the app allows only a few of."""
    yield
    listed = httpx.get(f"{attacked.url}/studio/recordings").json()["recordings"]
    for each in listed:
        if each["run"] is not None and each["run"]["state"] == "running":
            httpx.request(
                "DELETE", f"{attacked.url}/studio/recordings/{each['id']}", json={}, timeout=30
            )


def test_the_page_itself_is_admitted(attacked: MeasuredApp) -> None:
    assert upgrade_status(attacked) == HTTPStatus.SWITCHING_PROTOCOLS


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": ""},
        {"Host": "evil.example"},
        {"Host": "evil.example", "Origin": "http://evil.example"},
        {"Origin": "http://evil.example", "X-Forwarded-Host": "evil.example"},
    ],
    ids=str,
)
def test_foreign_pages_and_names_get_no_connection(
    attacked: MeasuredApp, headers: dict[str, str]
) -> None:
    before = httpx.get(f"{attacked.url}/studio/recordings").json()

    assert upgrade_status(attacked, **headers) == REFUSED
    posted = {name.lower(): value for name, value in headers.items() if value}
    answer = httpx.post(attacked.url + PATH, json=hello(), headers=posted)
    assert answer.status_code == REFUSED
    assert httpx.get(f"{attacked.url}/studio/recordings").json() == before
    assert "without completing handshake" not in attacked.log_text()


def test_a_long_head_of_an_upgrade_is_refused(attacked: MeasuredApp) -> None:
    lines = {f"X-Long-{number}": "x" * 7_000 for number in range(6)}

    assert upgrade_status(attacked, **lines) == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
    assert upgrade_status(attacked, **{"X-Long": "x" * 40_000}) == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("data", ["x" * (1 << 20), b"\x01" * (1 << 20)], ids=["text", "binary"])
def test_a_message_that_is_too_long_ends_the_connection(
    attacked: MeasuredApp, data: str | bytes
) -> None:
    assert run(close_code(attacked, json.dumps(hello()), data)) == TOO_BIG


def send_repeatedly(link: socket.socket, data: bytes, times: int) -> bool:
    """Send data without reading anything; return whether the app has taken all of it."""
    try:
        for _ in range(times):
            link.sendall(data)
    except OSError:
        return False
    return True


@pytest.mark.parametrize(
    "small",
    [frame(PING), frame(PING, b"x" * 125), frame(CONTINUATION, is_last=False)],
    ids=["pings", "long pings", "empty parts"],
)
def test_a_flood_of_small_frames_is_cut_off_at_once(attacked: MeasuredApp, small: bytes) -> None:
    attacked.forget_peak()
    before = attacked.memory_mb()
    with raw_socket(attacked) as link, attacked.waits_of_another_visitor() as waits:
        link.sendall(frame(TEXT, b"{", is_last=False))
        assert not send_repeatedly(link, small * 10_000, 2_000)
        eventually(lambda: len(waits) >= 2)

    assert max(waits) < LONGEST_WAIT_OF_OTHERS_S
    assert attacked.peak_memory_mb() - before < 25


def test_a_flood_of_text_messages_is_cut_off_at_once(attacked: MeasuredApp) -> None:
    ping = json.dumps({"type": "ping", "n": 1}).encode()
    with raw_socket(attacked) as link, attacked.waits_of_another_visitor() as waits:
        link.sendall(frame(TEXT, json.dumps(hello()).encode()))
        assert not send_repeatedly(link, frame(TEXT, ping) * 1_000, 2_000)
        eventually(lambda: len(waits) >= 2)

    assert max(waits) < LONGEST_WAIT_OF_OTHERS_S


def test_random_messages_leave_the_app_and_the_samples_intact(attacked: MeasuredApp) -> None:
    async def fuzz() -> None:
        for seed in range(60):
            async with connect(url(attacked), origin=attacked.url) as link:  # type: ignore[arg-type]
                if seed == 0:
                    session = await begin(link)
                else:
                    again = hello(session=session["session"], token=session["token"])
                    await link.send(json.dumps(again))
                    welcome = json.loads(await link.recv())
                    assert welcome["next_sample"] == 0
                for each in frames(sound(0.2, seed=seed), first_sample=seed + 1):
                    spoiled = bytearray(each)
                    spoiled[seed % 8] ^= 1 << (seed % 7)
                    await link.send(bytes(spoiled))

    run(fuzz())
    assert "Traceback" not in attacked.log_text()
    assert httpx.get(attacked.url).status_code == HTTPStatus.OK


def test_held_connections_leave_room_for_others(attacked: MeasuredApp) -> None:
    with ExitStack() as stack:
        for _ in range(MAX_CONNECTIONS_OF_ADDRESS + 50):
            stack.enter_context(raw_socket(attacked))
        assert httpx.get(f"{attacked.url}/studio/visit").status_code == HTTPStatus.OK
        assert attacked.num_handles() < MAX_CONNECTIONS_OF_ADDRESS + 200
    eventually(lambda: attacked.num_handles() < 200)
