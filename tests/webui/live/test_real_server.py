"""Tests of live recordings through the real server, over connections that are cut."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidMessage

from tests.browser.running_app import free_port
from tests.conditions import eventually, run_in_new_loop
from tests.webui.live.live_browser import hello
from tests.webui.live.sound import frames, sound
from webui.live.routes import build_live_routes
from webui.protection import connection_limits
from webui.server import PageServer
from webui.services.container import Services

NUM_CUTS = 100
LONGEST_S = 120.0


@pytest.fixture
def port(services: Services) -> Iterator[int]:
    """Port of a real server with the live routes."""
    number = free_port()
    app = Starlette(routes=build_live_routes(services.live))
    server = PageServer(app, "127.0.0.1", number, behind_proxy=False)
    server.start()
    yield number
    server.stop()


class CuttingProxy:
    """TCP proxy that cuts each of its first connections after a random number of bytes."""

    def __init__(self, port: int, num_cuts: int, seed: int) -> None:
        self._port = port
        self._draw = random.Random(seed)
        self.cuts_left = num_cuts

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on the bytes of one connection."""
        to_server = await asyncio.open_connection("127.0.0.1", self._port)
        left = self._draw.randrange(200, 40_000) if self.cuts_left > 0 else None
        self.cuts_left -= 1
        ways = [
            asyncio.create_task(self._pass(reader, to_server[1], left)),
            asyncio.create_task(self._pass(to_server[0], writer, None)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        for each in (writer, to_server[1]):
            each.transport.abort()

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, left: int | None
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(4_096):
                if left is not None:
                    data, left = data[:left], left - len(data)
                writer.write(data)
                await writer.drain()
                if left is not None and left <= 0:
                    return


class Sender:
    """A browser's part: it sends everything again that the server has not got."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.session: dict[str, Any] = {"session": None, "token": None, "last_rev": 0}
        self.finals: list[dict[str, Any]] = []
        self.num_connections = 0
        self.is_stopped = False
        self.pause_s = 0.0  # between two frames

    async def run(self, port: int) -> None:
        """Connect again and again until the server has settled everything."""
        origin = f"http://127.0.0.1:{port}"
        while not self.is_stopped:
            try:
                async with connect(f"ws://127.0.0.1:{port}/studio/live", origin=origin) as link:
                    self.num_connections += 1
                    await link.send(json.dumps(hello(**self.session)))
                    await self._talk(link)
            except (ConnectionClosed, InvalidMessage, OSError):
                await asyncio.sleep(self.pause_s)

    async def _talk(self, link: ClientConnection) -> None:
        welcome = json.loads(await link.recv())
        self.session |= {"session": welcome["session"], "token": welcome["token"]}
        sending = asyncio.create_task(self._send(link, welcome["next_sample"]))
        try:
            async for text in link:
                message = json.loads(text)
                assert message["type"] != "nack"
                if message["type"] == "final":
                    self.finals.append(message)
                    self.session["last_rev"] = message["rev"]
                self.is_stopped = self.is_stopped or message["type"] == "settled"
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    async def _send(self, link: ClientConnection, first_sample: int) -> None:
        for frame in frames(self.content[2 * first_sample :], first_sample=first_sample):
            await link.send(frame)
            await asyncio.sleep(self.pause_s)
        await link.send(json.dumps({"type": "stop", "samples": len(self.content) // 2}))


async def sent_through_cuts(port: int, content: bytes) -> Sender:
    proxy = CuttingProxy(port, NUM_CUTS, seed=1)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    sender = Sender(content)
    async with server:
        proxy_port = server.sockets[0].getsockname()[1]
        await asyncio.wait_for(sender.run(proxy_port), LONGEST_S)
    return sender


def test_a_hundred_cuts_of_the_connection_lose_no_sample(
    port: int, services: Services, workspace: Path
) -> None:
    content = sound(70)

    sender = run_in_new_loop(sent_through_cuts(port, content))

    assert sender.num_connections > NUM_CUTS * 0.9
    spool = workspace / "live" / str(sender.session["session"]) / "audio.s16"
    assert spool.read_bytes() == content
    (row,) = services.recordings.list()
    audio = services.recordings.audio_path(row.recording.recording_id).read_bytes()
    assert audio.endswith(content)
    # Every final text has arrived once, in order, in whatever connection.
    assert [each["rev"] for each in sender.finals] == list(range(1, 71))


def test_a_closed_connection_no_longer_counts(port: int) -> None:
    async def connect_and_leave() -> None:
        for _ in range(3):
            origin = f"http://127.0.0.1:{port}"
            async with connect(f"ws://127.0.0.1:{port}/studio/live", origin=origin) as link:
                await link.send(json.dumps(hello()))
                assert json.loads(await link.recv())["type"] == "welcome"

    counted = [each._connections for each in connection_limits.LimitedProtocol.__subclasses__()]
    run_in_new_loop(connect_and_leave())

    eventually(lambda: not any(each._open for each in counted))


def test_an_upgrade_elsewhere_is_refused(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), 10) as link:
        link.sendall(
            b"GET /studio/recordings HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade\r\n"
            b"upgrade: websocket\r\nsec-websocket-version: 13\r\n"
            b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        assert link.recv(100).startswith(b"HTTP/1.1 403")
