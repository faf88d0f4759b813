"""Blocking of those Gradio routes that this app does not use."""

from __future__ import annotations

import re

from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

# Monitoring shows other visitors' calls; the rest accept files, store them, start programs or fetch
# URLs for features of Gradio that the page does not have.
_CLOSED = re.compile(
    r"/(?:monitoring|gradio_api/(?:process_recording|(?:undo-)?vibe-[a-z-]+"
    r"|proxy=.*|deep_link|runs|run-history|dev|profiling|stream))(?:/.*)?"
)
# Gradio's own login and logout redirect to the Host header's name. With login enabled, they are
# answered before.
_LOGINS = frozenset({"/login", "/logout"})


class ClosedRoutes:
    """ASGI middleware that answers 404 for Gradio's unused routes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 404 for an unused route of Gradio; pass on all other requests."""
        answer = _answer(scope) if scope["type"] == "http" else None
        await (answer or self._app)(scope, receive, send)


def _answer(scope: Scope) -> Response | None:
    if _CLOSED.fullmatch(scope["path"]):
        return JSONResponse({"error": "not_found"}, status_code=404)
    if "/" + scope["path"].strip("/") in _LOGINS:
        return RedirectResponse(scope.get("root_path", "").rstrip("/") + "/", 303)
    return None
