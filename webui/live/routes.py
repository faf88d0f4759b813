"""Routes that receive a live recording, over a WebSocket or, without one, POST requests."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, ParamSpec, TypeVar

import anyio
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Scope
from starlette.websockets import WebSocket, WebSocketDisconnect

from storage.db.errors import NotFoundError, StorageError
from webui.auth.login_bound import LOGIN_CHECK_S
from webui.auth.visitor import has_valid_login, visitor_of
from webui.live import messages
from webui.live.bulletin import Cursor
from webui.live.frames import MAX_FRAME_BYTES, Frame, FrameError, read_frame, read_frames
from webui.live.messages import CloseCode, Hello, Message, MessageError, Ping, Stop
from webui.live.recording import Listener, LiveRecording, NoRoomError
from webui.live.sessions import MINUTES_PER_HOUR, LiveRefusedError, LiveSessions
from webui.protection.json_text import JsonTextError, parse_json
from webui.routes.handler import DATA_HEADERS, json_answer, refusal, whole_number
from webui.services.access import Visitor

PATH = "/studio/live"
TOKEN_HEADER = "x-live-token"
HELLO_S = 10.0  # until the first message of a connection
NACK_PAUSE_S = 1.0  # between two refusals of the same sample
MAX_POSTED_FRAMES = 10
MAX_POST_BYTES = MAX_POSTED_FRAMES * MAX_FRAME_BYTES
_MAX_THREADS = 16
_STATUS = {
    CloseCode.BAD_MESSAGE: 400,
    CloseCode.LOGGED_OUT: 401,
    CloseCode.REFUSED: 403,
    CloseCode.UNKNOWN_SESSION: 404,
    CloseCode.TAKEN_OVER: 409,
    CloseCode.FULL: 429,
}

P = ParamSpec("P")
T = TypeVar("T")

_log = logging.getLogger(__name__)


def build_live_routes(sessions: LiveSessions) -> list[BaseRoute]:
    """Return the routes of live recordings."""
    doors = _Doors(sessions)
    return [
        WebSocketRoute(PATH, doors.serve_socket),
        Route(PATH, doors.greet, methods=["POST"]),
        Route(f"{PATH}/{{session_id}}/frames", doors.take_frames, methods=["POST"]),
    ]


class _Threads:
    """Threads reserved for live recordings."""

    def __init__(self) -> None:
        self._limiter: anyio.CapacityLimiter | None = None

    async def run(self, work: Callable[P, T], *values: P.args, **named: P.kwargs) -> T:
        """Call a function that may block on the disk, and return its result."""
        if self._limiter is None:  # needs the running event loop
            self._limiter = anyio.CapacityLimiter(_MAX_THREADS)
        return await anyio.to_thread.run_sync(lambda: work(*values, **named), limiter=self._limiter)


class _Doors:
    """Handlers of the routes of live recordings."""

    def __init__(self, sessions: LiveSessions) -> None:
        self._sessions = sessions
        self._threads = _Threads()

    async def serve_socket(self, socket: WebSocket) -> None:
        """Serve a WebSocket until it is closed."""
        if "origin" not in socket.headers:  # every browser sends it
            await socket.close(CloseCode.REFUSED)
            return
        await socket.accept()
        connection = _Connection(socket, self._sessions, self._threads)
        try:
            await connection.serve(_recorder(socket.scope))
        except LiveRefusedError as refused:
            message = messages.failure(refused.code, str(refused), is_fatal=True)
            await connection.close(refused.close_code, message)
        except (MessageError, FrameError) as error:
            message = messages.failure("bad_message", str(error), is_fatal=True)
            await connection.close(CloseCode.BAD_MESSAGE, message)
        except WebSocketDisconnect:
            return

    async def greet(self, request: Request) -> Response:
        """Begin or continue a session whose browser will post its frames."""
        try:
            visitor = _posting_visitor(request)
            hello = messages.read_hello(_parsed(await request.body()))
            recording, welcome = await self._threads.run(_open, self._sessions, hello, visitor)
            recording.attach(None)
            recording.note_post()
            return json_answer(welcome)
        except (MessageError, LiveRefusedError) as error:
            return _refused(error)

    async def take_frames(self, request: Request) -> Response:
        """Store posted frames; return the new messages."""
        try:
            visitor = _posting_visitor(request)
            recording = self._sessions.find(
                request.path_params["session_id"], request.headers.get(TOKEN_HEADER, ""), visitor
            )
            frames = list(read_frames(await request.body(), most=MAX_POSTED_FRAMES))
            rev, stop = _query_number(request, "rev"), _query_number(request, "stop")
            recording.attach(None)
            is_missing = await self._threads.run(
                _take_posted, self._sessions, recording, frames, stop
            )
        except (MessageError, FrameError, LiveRefusedError) as error:
            return _refused(error)
        return _posted_answer(recording, rev or 0, is_missing=is_missing)


class _Connection:
    """WebSocket connection of a browser, for one live recording."""

    def __init__(self, socket: WebSocket, sessions: LiveSessions, threads: _Threads) -> None:
        self._socket = socket
        self._sessions = sessions
        self._threads = threads
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._replaced = asyncio.Event()
        self._nacked: tuple[int, float] = (-1, 0.0)

    async def serve(self, visitor: Visitor) -> None:
        """Exchange messages and frames until the connection or the session ends.

        Raises:
            LiveRefusedError: if the session cannot begin or continue.
            MessageError: at a message that is not expected.
            FrameError: at bytes that are not a frame.
            WebSocketDisconnect: if the browser has disconnected.
        """
        hello = await self._receive_hello()
        recording, welcome = await self._threads.run(_open, self._sessions, hello, visitor)
        listener = Listener(
            wake=lambda: self._call(self._news.set), replace=lambda: self._call(self._replaced.set)
        )
        recording.attach(listener)
        try:
            await self._send(welcome)
            await self._exchange(recording, Cursor(hello.last_rev))
        finally:
            recording.detach(listener)

    async def close(self, code: int, message: Message | None = None) -> None:
        """Close the connection, after a last message."""
        try:
            if message is not None:
                await self._send(message)
            await self._socket.close(code)
        except (WebSocketDisconnect, RuntimeError):  # it is closed already
            return

    async def _receive_hello(self) -> Hello:
        try:
            with anyio.fail_after(HELLO_S):
                text = await self._socket.receive_text()
        except (TimeoutError, KeyError) as error:  # KeyError: of a frame
            raise MessageError("the first message is a hello") from error
        hello = messages.read_message(text)
        if not isinstance(hello, Hello):
            raise MessageError("the first message is a hello")
        return hello

    async def _exchange(self, recording: LiveRecording, cursor: Cursor) -> None:
        """Run reader, writer and checks until one of them ends; raise its error."""
        errors: list[Exception] = []

        async def until_end(work: Coroutine[Any, Any, None]) -> None:
            try:
                await work
            except Exception as error:  # raised below, without the group around it
                errors.append(error)
            tasks.cancel_scope.cancel()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(until_end, self._read(recording))
            tasks.start_soon(until_end, self._write(recording, cursor))
            tasks.start_soon(until_end, self._give_up())
            tasks.start_soon(until_end, self._check_login())
        if errors:
            raise errors[0]

    async def _give_up(self) -> None:
        await self._replaced.wait()
        raise LiveRefusedError(
            CloseCode.TAKEN_OVER, "taken_over", "The recording goes on in another tab."
        )

    async def _check_login(self) -> None:
        """Wait until the login is invalid, then raise LiveRefusedError; the recording stays."""
        while has_valid_login(self._socket.scope):
            await anyio.sleep(LOGIN_CHECK_S)
        raise LiveRefusedError(
            CloseCode.LOGGED_OUT,
            "logged_out",
            "You are logged out. Log in again to continue the recording.",
        )

    async def _read(self, recording: LiveRecording) -> None:
        while True:
            received = await self._socket.receive()
            if received["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(received.get("code", 1000))
            if received.get("bytes") is not None:
                await self._take_frame(recording, read_frame(received["bytes"]))
            else:
                await self._obey(recording, messages.read_message(received["text"]))

    async def _take_frame(self, recording: LiveRecording, frame: Frame) -> None:
        try:
            if not await self._threads.run(self._sessions.write, recording, frame):
                await self._send_nack(recording.next_sample)
        except NoRoomError:
            recording.tell_no_room()
            await self._send_nack(recording.next_sample)

    async def _send_nack(self, next_sample: int) -> None:
        """Request the samples from a number on, at most once in NACK_PAUSE_S."""
        sample, sent_s = self._nacked
        now_s = time.monotonic()
        if sample != next_sample or now_s - sent_s > NACK_PAUSE_S:
            self._nacked = (next_sample, now_s)
            await self._send(messages.nack(next_sample))

    async def _obey(self, recording: LiveRecording, message: Hello | Stop | Ping) -> None:
        match message:
            case Stop():
                await self._threads.run(self._sessions.stop, recording, message.samples)
            case Ping():
                await self._send(messages.pong(message.n))
            case Hello():
                raise MessageError("a connection has one hello")

    async def _write(self, recording: LiveRecording, cursor: Cursor) -> None:
        """Send new messages until the session is over."""
        while True:
            self._news.clear()
            is_over = recording.bulletin.is_over
            texts, cursor = recording.bulletin.since(cursor)
            for text in texts:
                await self._socket.send_text(text)
            if is_over:
                await self._socket.close(CloseCode.DONE)
                return
            await self._news.wait()

    async def _send(self, message: Message) -> None:
        await self._socket.send_text(messages.encoded(message))

    def _call(self, function: Callable[[], None]) -> None:
        """Call a function in the event loop, from any thread."""
        with suppress(RuntimeError):  # the server has stopped
            self._loop.call_soon_threadsafe(function)


def _open(sessions: LiveSessions, hello: Hello, visitor: Visitor) -> tuple[LiveRecording, Message]:
    """Begin or continue a session; return it and the answer to the hello message.

    Raises:
        LiveRefusedError: if the session cannot begin or continue.
    """
    try:
        if hello.session is None:
            recording, token = sessions.begin(hello.choices, visitor)
        else:
            recording, token = sessions.resume(hello, visitor), hello.token
        return recording, _welcome(recording, token, sessions)
    except NotFoundError as error:
        message = "This recording has been deleted."
        raise LiveRefusedError(CloseCode.UNKNOWN_SESSION, "deleted", message) from error
    except StorageError as error:
        _log.exception("a live session cannot go on")
        message = "The recordings cannot be read now. Try again in a minute."
        raise LiveRefusedError(CloseCode.FULL, "storage", message) from error


def _take_posted(
    sessions: LiveSessions, recording: LiveRecording, frames: list[Frame], stop: int | None
) -> bool:
    """Store posted frames; return whether samples before one of them are missing."""
    recording.note_post()
    try:
        is_missing = not all(sessions.write(recording, each) for each in frames)
    except NoRoomError:
        recording.tell_no_room()
        is_missing = True
    if stop is not None:
        sessions.stop(recording, stop)
    return is_missing


def _posted_answer(recording: LiveRecording, rev: int, *, is_missing: bool) -> Response:
    events, _ = recording.bulletin.since(Cursor(rev))
    if is_missing:
        events.append(messages.encoded(messages.nack(recording.next_sample)))
    received = messages.encoded(messages.ack(recording.next_sample, recording.num_durable))
    content = f'{{"ack":{received},"events":[{",".join(events)}]}}'
    return Response(content, media_type="application/json", headers=DATA_HEADERS)


def _welcome(recording: LiveRecording, token: str, sessions: LiveSessions) -> Message:
    limits = sessions.limits
    return {
        "type": "welcome",
        "v": messages.VERSION,
        "session": recording.record.session_id,
        "token": token,
        "recording_id": recording.record.recording_id,
        "next_sample": recording.next_sample,
        "rev": recording.bulletin.rev,
        "limits": {
            "max_unacked_s": messages.MAX_UNACKED_S,
            "max_hours": limits.minutes / MINUTES_PER_HOUR,
        },
        "engine": sessions.engine,
    }


def _recorder(scope: Scope) -> Visitor:
    """Return the visitor of a request that may record.

    Raises:
        LiveRefusedError: if the visitor may only read.
    """
    visitor = visitor_of(scope)
    if visitor.is_passing:
        message = "Open the page in this browser first, with cookies allowed."
        raise LiveRefusedError(CloseCode.REFUSED, "refused", message)
    return visitor


def _posting_visitor(request: Request) -> Visitor:
    if "origin" not in request.headers:  # every browser sends it with a post
        message = "Live recordings are sent by the page."
        raise LiveRefusedError(CloseCode.REFUSED, "refused", message)
    return _recorder(request.scope)


def _parsed(body: bytes) -> Message:
    try:
        content = parse_json(body)
    except JsonTextError as error:
        raise MessageError(str(error)) from error
    if not isinstance(content, dict):
        raise MessageError("a hello is a JSON object")
    return content


def _query_number(request: Request, name: str) -> int | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    number = whole_number(text)
    if number is None:
        raise MessageError(f"{name!r} is a whole number of 0 or more")
    return number


def _refused(error: MessageError | FrameError | LiveRefusedError) -> Response:
    if isinstance(error, LiveRefusedError):
        return refusal(_STATUS[error.close_code], error.code, message=str(error))
    return refusal(400, "bad_message", message=str(error))
