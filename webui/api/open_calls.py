"""Running Gradio API calls of programs, and requests to cancel them.

Gradio closes a call's generator in the same way when the call is cancelled, its client disconnects
or the server stops. Only a request to `/cancel` should stop the work, so it is handled here.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CANCEL_PATH = "/gradio_api/cancel"
_MAX_BODY_BYTES = 1 << 16  # three short fields


class OpenCall:
    """A running API call, which can be cancelled even before its transcription run has an id."""

    def __init__(self, cancel_run: Callable[[str], None], session_hash: str | None) -> None:
        self.session_hash = session_hash
        self._cancel_run = cancel_run
        self._lock = threading.Lock()
        self._run_id: str | None = None
        self._is_cancelled = False

    def note_run(self, run_id: str) -> None:
        """Store the id of the call's run; cancel the run if the call is already cancelled."""
        with self._lock:
            self._run_id = run_id
            is_cancelled = self._is_cancelled
        if is_cancelled:
            self._cancel_run(run_id)

    def cancel(self) -> None:
        """Cancel the call's run, now or as soon as its id is known."""
        with self._lock:
            self._is_cancelled = True
            run_id = self._run_id
        if run_id is not None:
            self._cancel_run(run_id)


class OpenCalls:
    """Registry of running API calls by Gradio's event id."""

    def __init__(self, cancel_run: Callable[[str], None]) -> None:
        self._cancel_run = cancel_run
        self._calls: dict[str | None, OpenCall] = {}

    @contextmanager
    def opened(self, session_hash: str | None, event_id: str | None) -> Iterator[OpenCall]:
        """Keep a call registered for the duration of a `with` block."""
        call = OpenCall(self._cancel_run, session_hash)
        self._calls[event_id] = call
        try:
            yield call
        finally:
            del self._calls[event_id]

    def find(self, event_id: str) -> OpenCall | None:
        """Return the running call with this event id; None if there is none."""
        return self._calls.get(event_id)


class CancelRequests:
    """ASGI middleware that handles Gradio's requests to cancel a running call."""

    def __init__(self, app: ASGIApp, calls: OpenCalls) -> None:
        self._app = app
        self._calls = calls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Cancel a running call only for its own session; pass on requests for unknown calls.

        Gradio itself would restart the call for any session that names its event.
        """
        if scope["type"] != "http" or scope["path"].rstrip("/") != CANCEL_PATH:
            await self._app(scope, receive, send)
            return
        messages = await _first_messages(receive)
        session_hash, event_id = _asked_for(b"".join(each.get("body", b"") for each in messages))
        call = self._calls.find(event_id)
        if call is None:
            await self._app(scope, _replayed(messages, receive), send)
            return
        if call.session_hash == session_hash:
            await run_in_threadpool(call.cancel)
        await JSONResponse({"success": True})(scope, receive, send)


def _asked_for(body: bytes) -> tuple[str, str]:
    """Return the session id and the event id in a request body; empty if it has none."""
    try:
        asked = json.loads(body)
        return str(asked["session_hash"]), str(asked["event_id"])
    except (ValueError, KeyError, TypeError, RecursionError):  # Gradio reports the error
        return "", ""


async def _first_messages(receive: Receive) -> list[Message]:
    """Read ASGI messages until the body ends or is too long for a request to cancel."""
    messages: list[Message] = []
    num_bytes = 0
    while num_bytes <= _MAX_BODY_BYTES:
        message = await receive()
        messages.append(message)
        num_bytes += len(message.get("body", b""))
        if not message.get("more_body", False):
            break
    return messages


def _replayed(messages: list[Message], receive: Receive) -> Receive:
    left = iter(messages)

    async def next_message() -> Message:
        message = next(left, None)
        return await receive() if message is None else message

    return next_message
