"""Closes routes that Gradio opens and this app has no use for."""

from __future__ import annotations

import re

from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

# Monitoring shows what others do; the rest takes files, keeps them, starts programs or fetches
# addresses for features of Gradio that the page does not have.
_CLOSED = re.compile(
    r"/(?:monitoring|gradio_api/(?:process_recording|(?:undo-)?vibe-[a-z-]+"
    r"|proxy=.*|deep_link|runs|run-history|dev|profiling|stream))(?:/.*)?"
)
# Gradio's own log-in and log-out redirect to wherever the Host header points. Where people log in
# here, they have been answered before.
_LOGINS = frozenset({"/login", "/logout"})


class ClosedRoutes:
    """ASGI middleware: answers for Gradio's unused routes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what asks for any other route."""
        answer = _answer(scope) if scope["type"] == "http" else None
        await (answer or self._app)(scope, receive, send)


def _answer(scope: Scope) -> Response | None:
    if _CLOSED.fullmatch(scope["path"]):
        return JSONResponse({"error": "not_found"}, status_code=404)
    if "/" + scope["path"].strip("/") in _LOGINS:
        return RedirectResponse(scope.get("root_path", "").rstrip("/") + "/", 303)
    return None
