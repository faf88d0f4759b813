"""Limits of request bodies, enforced before any handler reads them."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from webui.protection.form_files import FormFiles, FormFilesError
from webui.protection.freed_memory import find_trim
from webui.protection.json_text import num_values

logger = logging.getLogger(__name__)

MB = 1 << 20
VALUE_BYTES = 80  # memory of one parsed JSON value
NUM_COPIES = 4  # of a body at a time: as received, joined, as text, parsed; measured with MCP
NUM_VALUE_COPIES = 2  # of its values: as parsed, as validated
FREE_BYTES = 64 * 1024  # smaller requests are always accepted: edits have a few hundred
MAX_HELD_BYTES = 104 * MB  # by one body: the largest, a recording for MCP, costs 101
MAX_SHARED_BYTES = 64 * MB  # by several bodies at a time
TRIMMED_BYTES = 16 * MB  # held at a time; freed memory is returned to the system after that
PATIENCE_S = 20.0
LEAST_BYTES_PER_S = 16 * 1024
_OVERHEAD_BYTES = MB  # form data around the files of an upload
_TOO_MANY_VALUES = "The request holds too many values; send them in several requests."


@dataclass(frozen=True, slots=True)
class RouteLimit:
    """Size limit of the request bodies to routes whose path matches a pattern.

    Attributes:
        path: pattern of the whole path.
        max_bytes: maximum size of the body.
        has_files: whether it is a form with files.
        max_text_bytes: maximum size of the text fields of a form with files; 0 to refuse them.
        is_kept: whether its handler keeps it in memory instead of on the disk.
    """

    path: re.Pattern[str]
    max_bytes: int
    has_files: bool = False
    is_kept: bool = True
    max_text_bytes: int = 0

    @classmethod
    def of_uploads(cls, path: str, max_file_bytes: int, *, max_text_bytes: int = 0) -> RouteLimit:
        """Return the body limit of a route that receives uploaded files."""
        return cls(
            re.compile(re.escape(path)),
            max_file_bytes + _OVERHEAD_BYTES,
            has_files=True,
            is_kept=False,
            max_text_bytes=max_text_bytes,
        )


class BodyRefusedError(MultiPartException):
    """Error for a refused body, after which Gradio deletes files already written."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code

    def copy(self) -> BodyRefusedError:
        """Return an equal error without a traceback, whose frames would keep the body in memory."""
        return BodyRefusedError(self.status, self.code, self.message)

    def answer(self) -> JSONResponse:
        """Return the JSON error response for the refused body."""
        return JSONResponse({"error": self.code, "message": self.message}, self.status)


class BodyLimits:
    """ASGI middleware that aborts request bodies that are too large or too slow.

    Bodies that are kept in memory also share one budget, which includes the copies that parsing
    makes and the parsed JSON; small ones are accepted without it.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        routes: Iterable[RouteLimit],
        max_bytes: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Store the wrapped app and the limits of its routes.

        Args:
            app: the wrapped app.
            routes: routes with limits of their own; the first match applies.
            max_bytes: maximum size of a body to any other route.
            clock: seconds.
        """
        self._app = app
        self._routes = tuple(routes)
        self._others = RouteLimit(re.compile(".*"), max_bytes)
        self._budget = _Budget()
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and refuse it once its body exceeds a limit."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = next(filter(lambda each: each.path.fullmatch(scope["path"]), self._routes), None)
        limit = limit or self._others
        try:
            body = _body(scope, limit, receive, self._budget, self._clock)
        except BodyRefusedError as refused:
            await refused.answer()(scope, receive, send)
            return
        await self._serve(scope, body, send)

    async def _serve(self, scope: Scope, body: _Body, send: Send) -> None:
        has_started = False

        async def send_unless_refused(message: Message) -> None:
            nonlocal has_started
            if body.refused is None or has_started:
                has_started = True
                await send(message)

        try:
            await self._app(scope, body.receive, send_unless_refused)
        except Exception as error:
            if body.refused is None and not isinstance(error, ClientDisconnect):
                raise
        finally:
            body.release()
        if body.refused is not None and not has_started:
            await body.refused.answer()(scope, body.receive, send)


class _Budget:
    """Memory budget shared by all request bodies that are held in memory."""

    def __init__(self) -> None:
        self._held = 0
        self._most_held = 0
        self._trim = find_trim()

    def take(self, num_bytes: int, *, own: int) -> None:
        """Reserve bytes for a body that holds `own` bytes already.

        Raises:
            BodyRefusedError: if all bodies together would hold too much.
        """
        is_alone = self._held == own
        if self._held + num_bytes > (MAX_HELD_BYTES if is_alone else MAX_SHARED_BYTES):
            raise BodyRefusedError(
                503, "busy", "The app is taking in too much at once. Try again in a minute."
            )
        self._held += num_bytes
        self._most_held = max(self._most_held, self._held)

    def give_back(self, num_bytes: int) -> None:
        """Give bytes back; after many at a time, return the memory to the system."""
        self._held -= num_bytes
        if self._held == 0 and self._most_held >= TRIMMED_BYTES:
            self._most_held = 0
            self._trim()


class _Body:
    """Request body whose size is checked while it is received."""

    def __init__(self, limit: RouteLimit, receive: Receive) -> None:
        self.refused: BodyRefusedError | None = None
        self._limit = limit
        self._receive = receive
        self._num_bytes = 0

    async def receive(self) -> Message:
        """Return the next ASGI message of the request after checking its size.

        Raises:
            BodyRefusedError: if the body exceeds a limit.
        """
        if self.refused is not None:
            raise self.refused.copy()
        try:
            message = await self._next()
            if message["type"] == "http.request":
                self._num_bytes += len(message.get("body", b""))
                if self._num_bytes > self._limit.max_bytes:
                    raise _too_large(self._limit)
                self._check(message.get("body", b""))
        except BodyRefusedError as refused:
            self.refused = refused.copy()
            raise
        return message

    def release(self) -> None:
        """Return the memory reserved for the body to the shared budget."""

    async def _next(self) -> Message:
        return await self._receive()

    def _check(self, data: bytes) -> None:
        """Check the content of the next chunk; the base class accepts any content."""


class _UploadBody(_Body):
    """Multipart body of files, which are written to disk, and of limited text fields."""

    def __init__(self, limit: RouteLimit, receive: Receive, content_type: str) -> None:
        super().__init__(limit, receive)
        try:
            self._files = FormFiles(content_type, max_text_bytes=limit.max_text_bytes)
        except FormFilesError as error:
            raise BodyRefusedError(400, "bad_request", str(error)) from error

    def _check(self, data: bytes) -> None:
        try:
            self._files.feed(data)
        except FormFilesError as error:
            raise BodyRefusedError(400, "bad_request", str(error)) from error


class _KeptBody(_Body):
    """Request body held in memory, limited by the shared budget and by a minimum speed."""

    def __init__(
        self,
        limit: RouteLimit,
        receive: Receive,
        budget: _Budget,
        clock: Callable[[], float],
    ) -> None:
        super().__init__(limit, receive)
        self._budget = budget
        self._clock = clock
        self._began = clock()
        self._is_complete = False
        self._cost = 0
        self._taken = 0

    def release(self) -> None:
        self._budget.give_back(self._taken)
        self._taken = 0

    async def _next(self) -> Message:
        if self._is_complete:  # then wait for the disconnect
            return await self._receive()
        allowed = PATIENCE_S + self._num_bytes / LEAST_BYTES_PER_S
        try:
            left = self._began + allowed - self._clock()
            message = await asyncio.wait_for(self._receive(), max(left, 0.01))
        except (asyncio.TimeoutError, TimeoutError):
            raise BodyRefusedError(408, "too_slow", "The request arrives too slowly.") from None
        self._is_complete = not message.get("more_body", False)
        return message

    def _check(self, data: bytes) -> None:
        values = NUM_VALUE_COPIES * VALUE_BYTES * num_values(data)
        self._cost += NUM_COPIES * len(data) + values
        if self._cost > MAX_HELD_BYTES:
            raise BodyRefusedError(413, "too_large", _TOO_MANY_VALUES)
        if self._cost > FREE_BYTES:
            self._budget.take(self._cost - self._taken, own=self._taken)
            self._taken = self._cost


def _body(
    scope: Scope,
    limit: RouteLimit,
    receive: Receive,
    budget: _Budget,
    clock: Callable[[], float],
) -> _Body:
    headers = Headers(scope=scope)
    declared = headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > limit.max_bytes:
        raise _too_large(limit)
    if limit.has_files and scope["method"] == "POST":
        return _UploadBody(limit, receive, headers.get("content-type", ""))
    return _KeptBody(limit, receive, budget, clock) if limit.is_kept else _Body(limit, receive)


def _too_large(limit: RouteLimit) -> BodyRefusedError:
    return BodyRefusedError(
        413, "too_large", f"The request is too large; {_size(limit.max_bytes)} are taken here."
    )


def _size(num_bytes: int) -> str:
    return f"{num_bytes // MB} MB" if num_bytes >= MB else f"{num_bytes} bytes"
