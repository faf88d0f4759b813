"""Shared route handler, which validates requests and turns exceptions into responses."""

from __future__ import annotations

import logging
import os
import re
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from storage.db.errors import EditRefusedError, NotFoundError, StaleEditError, StorageError
from webui.auth.visitor import visit_of, visitor_of
from webui.protection.json_text import JsonTextError, parse_json
from webui.routes.fair_threads import FairThreads
from webui.services.access import ReadOnlyError, Visitor
from webui.services.disk_space import check_room
from webui.services.exports.transcript_export import ExportedFile
from webui.services.runs.limits import LimitReachedError
from webui.views.history import conflicts_view

logger = logging.getLogger(__name__)

MAX_BODY_BYTES = (
    4_000_000  # a replacement in every sentence of 24 h; typical edits have a few hundred
)
MAX_AUTHOR_CHARACTERS = 500
_MAX_DIGITS = 18  # SQLite stores every integer of this many digits
SAFE_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
# Responses are data: no script may run, no type be sniffed, no proxy cache them.
DATA_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-cache",
}

_threads = FairThreads()

Answer = Callable[..., Response]
Body = dict[str, Any]  # JSON, validated by the consumer


class BadRequestError(ValueError):
    """Error for a request that does not have the form that the route expects."""


_PLAINLY_REFUSED = {
    BadRequestError: (400, "bad_request"),
    ReadOnlyError: (403, "read_only"),
}


@dataclass(frozen=True, slots=True)
class FileBody:
    """Folder and size limit for a large body that is received into a file instead of memory.

    Attributes:
        folder: folder of the file, created if missing.
        max_bytes: maximum size.
    """

    folder: Path
    max_bytes: int


@dataclass(frozen=True, slots=True)
class Sender:
    """Identity of the visitor who sends a request body.

    Attributes:
        key: identifies the visitor.
        name: user name; None without login.
    """

    key: str
    name: str | None


class AccessScope(Enum):
    """Access rule of a route, which decides whose data it may read or change."""

    A_RECORDING = "a recording"  # visitors who may see the recording in the path
    A_COPY = "a copy"  # visitors who may see the recording in the path; the answer gets `visitor`
    THE_WORKSPACE = "the workspace"  # visitors with full access
    THE_VISITOR = "the visitor"  # any visitor; the answer gets `visitor` and filters by it
    EVERYBODY = "everybody"  # public data


def checked_handler(
    answer: Answer,
    *,
    concerns: AccessScope = AccessScope.A_RECORDING,
    changes: bool = False,
    takes_body: bool = False,
    takes_ids: bool = False,
    reads: Callable[[Request], dict[str, Any]] | None = None,
    file_body: FileBody | None = None,
) -> Callable[[Request], Awaitable[Response]]:
    """Return a handler that checks access, calls `answer` in a thread and maps errors to codes.

    Args:
        answer: is called with the path parameters by name.
        concerns: access rule; for a copy and the visitor's own data, the answer also gets
            `visitor`.
        changes: whether it modifies data; such requests must declare JSON.
        takes_body: whether it also gets `body`, a JSON object. With login, its `author` is
            replaced by the user name.
        takes_ids: whether it also gets `ids`, a list from the query string.
        reads: returns further arguments of `answer` from the request, by name.
        file_body: if set, it also gets `body_file`, a file with the body that is removed
            afterwards, and `sender`.
    """
    rules = _Rules(concerns, changes, takes_body, takes_ids, reads, file_body)

    async def handle(request: Request) -> Response:
        if not all(SAFE_TOKEN.fullmatch(value) for value in request.path_params.values()):
            return refusal(404, "not_found")
        if changes and not _is_json(request):
            return refusal(403, "foreign_origin")

        def work() -> Response:
            if takes_body:
                given["body"] = _signed(_parsed(given["body"]), visitor_of(request.scope))
            _check_access(request, rules)
            return answer(**given)

        given: dict[str, Any] = {}
        try:
            given = await _gather(request, rules)
            return await _threads.run(work, request.scope)
        except (BadRequestError, KeyError, StorageError) as error:
            return _explained(error)
        finally:
            if "body_file" in given:
                given["body_file"].unlink(missing_ok=True)

    return handle


@dataclass(frozen=True, slots=True)
class _Rules:
    """Parameters of `checked_handler`, which describe one route."""

    concerns: AccessScope
    changes: bool
    takes_body: bool
    takes_ids: bool
    reads: Callable[[Request], dict[str, Any]] | None
    file_body: FileBody | None


async def _gather(request: Request, rules: _Rules) -> dict[str, Any]:
    given: dict[str, Any] = dict(request.path_params)
    visitor = visitor_of(request.scope)
    if rules.takes_body:
        given["body"] = await _read_body(request, MAX_BODY_BYTES)
    if rules.file_body is not None:
        # Before it takes disk space.
        await _threads.run(partial(_check_access, request, rules), request.scope)
        given["sender"] = _sender(request, visitor)
        given["body_file"] = await _store_body(request, rules.file_body)
    if rules.takes_ids:
        given["ids"] = _read_ids(request)
    if rules.reads is not None:
        given.update(rules.reads(request))
    if rules.concerns in (AccessScope.A_COPY, AccessScope.THE_VISITOR):
        given["visitor"] = visitor
    return given


def _check_access(request: Request, rules: _Rules) -> None:
    visit = visit_of(request.scope)
    if visit is None:
        return
    concerns = rules.concerns
    if concerns is AccessScope.THE_WORKSPACE:
        visit.access.check_full(visit.visitor)
    elif concerns in (AccessScope.A_RECORDING, AccessScope.A_COPY):
        if rules.changes and request.method != "DELETE":
            visit.access.check_room(visit.visitor)
        changes = rules.changes and concerns is not AccessScope.A_COPY
        visit.access.check(visit.visitor, request.path_params, changes=changes)


def _explained(error: Exception) -> Response:
    """Return the HTTP error response for an exception."""
    for kind, (status, code) in _PLAINLY_REFUSED.items():
        if isinstance(error, kind):
            return refusal(status, code, message=str(error))
    match error:
        case NotFoundError() | KeyError():
            return refusal(404, "not_found")
        case LimitReachedError():
            return refusal(429, "limit", message=str(error), key=error.key, values=error.values)
        case EditRefusedError():
            return refusal(422, "refused", **_why(error))
        case StaleEditError():
            return refusal(409, "stale", **_why(error), conflicts=conflicts_view(error.conflicts))
    logger.error("a request failed", exc_info=error)
    return refusal(503, "storage")


def _why(error: EditRefusedError | StaleEditError) -> dict[str, object]:
    """Return an exception's message with the key and values of its translated text."""
    return {"message": str(error), "key": f"refused.{error.reason}", "values": error.values}


def read_visitor(request: Request) -> dict[str, Any]:
    """Return the visitor of a request, as a keyword argument."""
    return {"visitor": visitor_of(request.scope)}


def author_of(body: Body) -> str:
    """Return the author's name in a request body; "" if there is none.

    Raises:
        BadRequestError: if it is not a text.
    """
    author = body.get("author", "")
    if not isinstance(author, str):
        raise BadRequestError("An author is a name.")
    return author


def json_answer(content: object) -> Response:
    """Return a JSON response whose headers forbid caching, type sniffing and scripts."""
    return JSONResponse(content, headers=DATA_HEADERS)


def file_answer(file: ExportedFile) -> Response:
    """Return a response that browsers save under the name of a file."""
    disposition = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
    headers = {**DATA_HEADERS, "Content-Disposition": disposition}
    return Response(file.content, media_type=file.media_type, headers=headers)


def refusal(status: int, code: str, **details: object) -> Response:
    """Return a JSON error response with a status, a code and details."""
    return JSONResponse({"error": code, **details}, status_code=status, headers=DATA_HEADERS)


def whole_number(text: str) -> int | None:
    """Parse a number in a URL path; return None if it is malformed or beyond SQLite's range."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS
    return int(text) if is_number else None


def _is_json(request: Request) -> bool:
    """Return whether a request declares JSON, which HTML forms cannot send.

    webui.protection.origin_policy already refuses requests of other sites' pages.
    """
    return request.headers.get("content-type", "").startswith("application/json")


async def _read_body(request: Request, max_bytes: int) -> bytearray:
    received = bytearray()
    async for block in _blocks(request, max_bytes):
        received += block
    return received


def _parsed(received: bytearray) -> Body:
    """Parse a request body; raise BadRequestError unless it is a JSON object.

    This can take a while, so it must not run on the event loop.
    """
    try:
        body = parse_json(received)
    except JsonTextError as error:
        raise BadRequestError(str(error)) from error
    if not isinstance(body, dict):
        raise BadRequestError("The request is not a JSON object.")
    return body


def _signed(body: Body, visitor: Visitor) -> Body:
    """Return a body with the visitor's user name, if there is one, as its author.

    Raises:
        BadRequestError: if the author's name is long; it may be stored with each sentence.
    """
    if visitor.name is not None:
        return {**body, "author": visitor.name}
    author = body.get("author")
    if isinstance(author, str) and len(author) > MAX_AUTHOR_CHARACTERS:
        raise BadRequestError(
            f"The name of an author has at most {MAX_AUTHOR_CHARACTERS} characters."
        )
    return body


async def _blocks(request: Request, max_bytes: int) -> AsyncIterator[bytes]:
    """Yield the chunks of a request body; raise BadRequestError beyond `max_bytes`."""
    num_bytes = 0
    async for block in request.stream():
        num_bytes += len(block)
        if num_bytes > max_bytes:
            raise BadRequestError(f"More than {max_bytes} bytes at once are not taken.")
        yield block


async def _store_body(request: Request, body: FileBody) -> Path:
    body.folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=body.folder)
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            async for block in _blocks(request, body.max_bytes):
                check_room(body.folder)
                file.write(block)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise StorageError("The request cannot be stored; the disk may be full.") from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def _sender(request: Request, visitor: Visitor) -> Sender:
    address = "" if request.client is None else request.client.host
    return Sender(visitor.owner or visitor.name or address, visitor.name)


def _read_ids(request: Request) -> list[str]:
    ids = [each for each in request.query_params.get("ids", "").split(",") if each]
    if not all(SAFE_TOKEN.fullmatch(each) for each in ids):
        raise BadRequestError("An id is not of the form that this program makes.")
    return ids
