"""What a browser says and receives during a live recording, over a test client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from starlette.testclient import TestClient, WebSocketTestSession

from tests.webui.live.sound import frames

ORIGIN = "http://localhost"
PATH = "/studio/live"
SOCKET_URL = "ws://localhost/studio/live"

Message = dict[str, Any]


def hello(**given: object) -> Message:
    """Return the first message of a connection."""
    return {"type": "hello", "v": 1, "session": None, "token": None, "last_rev": 0} | given


class Browser:
    """One connection of a browser, with the messages that it has received."""

    def __init__(self, socket: WebSocketTestSession) -> None:
        self.socket = socket
        self.received: list[Message] = []

    def receive(self, *kinds: str) -> Message:
        """Return the next message of one of these types; keep the others in `received`."""
        while True:
            message: Message = self.socket.receive_json()
            self.received.append(message)
            if message["type"] in kinds:
                return message

    def until(self, holds: Callable[[Message], bool]) -> Message:
        """Return the next message that fulfils a condition."""
        while True:
            message: Message = self.socket.receive_json()
            self.received.append(message)
            if holds(message):
                return message

    def send_sound(self, content: bytes, *, first_sample: int = 0) -> None:
        for frame in frames(content, first_sample=first_sample):
            self.socket.send_bytes(frame)

    def stop(self, samples: int) -> None:
        self.socket.send_json({"type": "stop", "samples": samples})

    def texts(self) -> list[str]:
        """Return the texts of the final sentences received so far."""
        finals = [each for each in self.received if each["type"] == "final"]
        return [sentence["text"] for each in finals for sentence in each["sentences"]]


@contextmanager
def connected(client: TestClient, **given: object) -> Iterator[tuple[Browser, Message]]:
    """Yield a connection and the answer to its hello."""
    with client.websocket_connect(SOCKET_URL) as socket:
        socket.send_json(hello(**given))
        browser = Browser(socket)
        yield browser, browser.receive("welcome")
