"""End of HTTP responses whose login ends while they are sent, such as event streams."""

from __future__ import annotations

import math
from collections.abc import Callable

import anyio
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOGIN_CHECK_S = 1.0  # between two checks of a login during a wait
_EVENT_STREAM = "text/event-stream"


class LoginBoundExchange:
    """A request and its response; once the login has ended, the client counts as disconnected.

    Handlers of event streams and of long waits end when their client disconnects. Other handlers
    continue, and their responses are not sent.

    Attributes:
        is_over: whether the login has ended.
    """

    def __init__(self, receive: Receive, send: Send, is_valid: Callable[[], bool]) -> None:
        """Store the ASGI callables of the request.

        Args:
            receive: returns the next message of the request.
            send: sends a message of the response.
            is_valid: returns whether the login is valid.
        """
        self._receive = receive
        self._send = send
        self._is_valid = is_valid
        self._is_received = False
        self._has_started = False
        self._is_stream = False
        self.is_over = False

    async def receive(self) -> Message:
        """Return the next message of the request; a disconnection once the login has ended."""
        while self._is_open():
            with anyio.move_on_after(LOGIN_CHECK_S if self._is_received else math.inf):
                message = await self._receive()
                self._is_received = not message.get("more_body", False)
                return message
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Send a message of the response; do nothing once the login has ended."""
        if not self._is_open():
            return
        if message["type"] == "http.response.start":
            self._has_started = True
            content_type = Headers(raw=message.get("headers", [])).get("content-type", "")
            self._is_stream = content_type.startswith(_EVENT_STREAM)
        elif not message.get("more_body", False):
            self._is_stream = False
        await self._send(message)

    async def end(self, refusal: ASGIApp, scope: Scope) -> None:
        """End the response if the login has ended; send `refusal` if no response has started.

        An event stream is completed. Other responses stay incomplete, so that the client does not
        take them for complete files.
        """
        if not self.is_over:
            return
        if not self._has_started:
            await refusal(scope, self._receive, self._send)
        elif self._is_stream:
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    def _is_open(self) -> bool:
        self.is_over = self.is_over or not self._is_valid()
        return not self.is_over
