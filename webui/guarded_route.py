"""What every route has in common: it checks what it is given and says what went wrong."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from storage.errors import EditRefusedError, NotFoundError, StaleEditError, StorageError
from webui.history_views import conflicts_view

logger = logging.getLogger(__name__)

MAX_BODY_BYTES = (
    4_000_000  # a replacement in every sentence of a long day; an edit has a few hundred
)
SAFE_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
# What we serve here is data: nothing in it may run, be guessed at, or be kept by a proxy.
DATA_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-cache",
}

Answer = Callable[..., Response]
Body = dict[str, Any]  # JSON: whoever takes it checks it


class BadRequestError(ValueError):
    """What was sent is not what the address takes."""


def guarded(
    answer: Answer,
    *,
    changes: bool = False,
    takes_body: bool = False,
    takes_ids: bool = False,
    takes_query: bool = False,
    max_body_bytes: int = MAX_BODY_BYTES,
) -> Callable[[Request], Awaitable[Response]]:
    """A handler that checks the address, works in a thread, and turns errors into codes.

    Args:
        answer: is called with the parts of the address by name.
        changes: whether it changes something, which only our own page may ask for.
        takes_body: whether it is also given `body`, a JSON object.
        max_body_bytes: more than that is refused unread.
        takes_ids: whether it is also given `ids`, a list from the address's query.
        takes_query: whether it is also given `query`, a text from there.
    """

    async def handle(request: Request) -> Response:
        if not all(SAFE_TOKEN.fullmatch(value) for value in request.path_params.values()):
            return refusal(404, "not_found")
        if changes and not _comes_from_this_page(request):
            return refusal(403, "foreign_origin")
        try:
            given = dict(request.path_params)
            if takes_body:
                given["body"] = await _read_body(request, max_body_bytes)
            if takes_ids:
                given["ids"] = _read_ids(request)
            if takes_query:
                given["query"] = request.query_params.get("q", "")
            return await run_in_threadpool(answer, **given)
        except (BadRequestError, KeyError, StorageError) as error:
            return _explained(error)

    return handle


def _explained(error: Exception) -> Response:
    """The answer to a request that could not be done."""
    match error:
        case NotFoundError() | KeyError():
            return refusal(404, "not_found")
        case BadRequestError():
            return refusal(400, "bad_request", message=str(error))
        case EditRefusedError():
            return refusal(422, "refused", message=str(error))
        case StaleEditError():
            return refusal(
                409, "stale", message=str(error), conflicts=conflicts_view(error.conflicts)
            )
    logger.error("a request could not be answered", exc_info=error)
    return refusal(503, "storage")


def json_answer(content: object) -> Response:
    """Data for the page."""
    return JSONResponse(content, headers=DATA_HEADERS)


def refusal(status: int, code: str, **details: object) -> Response:
    """No, and why."""
    return JSONResponse({"error": code, **details}, status_code=status, headers=DATA_HEADERS)


def _comes_from_this_page(request: Request) -> bool:
    """Whether a changing request was made by our own page, not by another site in this browser."""
    origin = request.headers.get("origin")
    is_json = request.headers.get("content-type", "").startswith("application/json")
    return is_json and (origin is None or urlsplit(origin).netloc == request.headers.get("host"))


async def _read_body(request: Request, max_bytes: int) -> Body:
    received = bytearray()
    async for block in request.stream():
        received += block
        if len(received) > max_bytes:
            raise BadRequestError(f"More than {max_bytes} bytes at once are not taken.")
    try:
        body = json.loads(received)
    except (ValueError, RecursionError) as error:
        raise BadRequestError("The request is not JSON.") from error
    if not isinstance(body, dict):
        raise BadRequestError("The request is not a JSON object.")
    return body


def _read_ids(request: Request) -> list[str]:
    ids = [each for each in request.query_params.get("ids", "").split(",") if each]
    if not all(SAFE_TOKEN.fullmatch(each) for each in ids):
        raise BadRequestError("An id is not of the form that this program makes.")
    return ids
