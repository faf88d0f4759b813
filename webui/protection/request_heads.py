"""Checks of a request's line and headers before any other part of the app reads them."""

from __future__ import annotations

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

MAX_HEAD_BYTES = 32 * 1024  # a request's line and headers
# Gradio's own proxy states its address in it, and Gradio's pages load everything from there.
_REMOVED = frozenset({b"x-gradio-server"})


class RequestHeads:
    """ASGI middleware that refuses invalid heads, and removes a header of Gradio."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request with an invalid head; pass on the others without removed headers."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        answer = _refusal(scope)
        kept = [each for each in scope["headers"] if each[0] not in _REMOVED]
        await (answer or self._app)({**scope, "headers": kept}, receive, send)


def _refusal(scope: Scope) -> JSONResponse | None:
    if scope.get("method") == "CONNECT":  # after a success, h11 takes no body of the response
        return JSONResponse({"error": "method_not_allowed"}, 405)
    if "\0" in scope["path"]:
        return JSONResponse({"error": "not_found"}, 404)
    if _num_bytes(scope) > MAX_HEAD_BYTES:
        message = f"The request's headers are too long; {MAX_HEAD_BYTES} bytes are taken."
        return JSONResponse({"error": "too_large", "message": message}, 431)
    return None


def _num_bytes(scope: Scope) -> int:
    headers = sum(len(name) + len(value) + 4 for name, value in scope["headers"])
    return len(scope["raw_path"]) + len(scope["query_string"]) + headers
