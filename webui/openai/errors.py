"""Error responses in the form of OpenAI's API, for its routes and for refusals before them."""

from __future__ import annotations

import json
from typing import Any  # the bodies are JSON

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

API_PREFIX = "/v1/"
_FIRST_ERROR = 400
_FIRST_SERVER_ERROR = 500
_UNAUTHORIZED = 401
_TOO_MANY = 429
_CODES = {_UNAUTHORIZED: "invalid_api_key", _TOO_MANY: "rate_limit_exceeded"}
_MESSAGES = {
    _UNAUTHORIZED: "Send a valid access token: `Authorization: Bearer TOKEN`. People who log in "
    "create tokens on the page, with the key beside their name.",
    404: "There is nothing at this address. Send recordings to /v1/audio/transcriptions.",
    405: "This method is not allowed here. Send recordings by POST to /v1/audio/transcriptions.",
}
_OTHER_MESSAGE = "The request cannot be answered. Check the server's log."


def error_body(
    status: int, code: str | None, message: str, param: str | None = None
) -> dict[str, Any]:
    """Return the JSON of an error in the form of OpenAI's API.

    Args:
        status: HTTP status, which decides the type of the error.
        code: short name of the error.
        message: sentence for people.
        param: name of the invalid field; None if no field is.
    """
    kind = "server_error" if status >= _FIRST_SERVER_ERROR else "invalid_request_error"
    if status == _TOO_MANY:
        kind = "rate_limit_error"
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def error_response(
    status: int,
    code: str,
    message: str,
    *,
    param: str | None = None,
    is_final: bool = False,
) -> JSONResponse:
    """Return an error response in the form of OpenAI's API.

    Args:
        status: HTTP status.
        code: short name of the error.
        message: sentence for people.
        param: name of the invalid field; None if no field is.
        is_final: whether the same request would fail again, so that OpenAI's client does not
            repeat it.
    """
    headers = {"x-should-retry": "false"} if is_final else None
    return JSONResponse(error_body(status, code, message, param), status, headers)


class OpenAiErrors:
    """ASGI middleware that gives all JSON error responses below /v1 the form of OpenAI's API."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; replace the body of a JSON error response to the API's routes."""
        is_ours = scope["type"] == "http" and scope["path"].startswith(API_PREFIX)
        await self._app(scope, receive, _ErrorBodies(send).send if is_ours else send)


class _ErrorBodies:
    """Sender of one response, whose body is replaced if it is a JSON error."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None  # of an error response, until its body is complete
        self._body = b""

    async def send(self, message: Message) -> None:
        """Send a message of the response, or keep it until the body of an error is complete."""
        if message["type"] == "http.response.start" and _is_json_error(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._send_replaced(self._start)

    async def _send_replaced(self, start: Message) -> None:
        body = json.dumps(_converted(start["status"], self._body)).encode()
        kept = [each for each in start["headers"] if each[0].lower() != b"content-length"]
        length = (b"content-length", str(len(body)).encode())
        await self._send({**start, "headers": [*kept, length]})
        await self._send({"type": "http.response.body", "body": body})


def _is_json_error(start: Message) -> bool:
    kind = Headers(raw=list(start["headers"])).get("content-type", "")
    return start["status"] >= _FIRST_ERROR and kind.startswith("application/json")


def _converted(status: int, body: bytes) -> dict[str, Any]:
    """Return the JSON of an error in OpenAI's form; unchanged if it has that form already."""
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    fields = found if isinstance(found, dict) else {}
    error = fields.get("error")
    if isinstance(error, dict):
        return fields
    code = _CODES.get(status) or (error if isinstance(error, str) else None)
    message = fields.get("message") or _MESSAGES.get(status, _OTHER_MESSAGE)
    return error_body(status, code, str(message))
