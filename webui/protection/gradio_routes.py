"""Blocking of unused Gradio routes, and error responses for malformed requests to the others."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from traceback import extract_tb

from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

# Monitoring shows other visitors' calls, custom_component logs what it is asked for; the rest
# accept files, store them, start programs or fetch URLs for features of Gradio that the page does
# not have. The manifest and its icon are of another app.
_CLOSED = re.compile(
    r"/(?:monitoring|manifest\.json|pwa_icon"
    r"|gradio_api/(?:process_recording|(?:undo-)?vibe-[a-z-]+"
    r"|proxy=.*|deep_link|runs|run-history|dev|profiling|stream|custom_component))(?s:/.*)?"
)
# Gradio's own login and logout redirect to the Host header's name. With login enabled, they are
# answered before.
_LOGINS = frozenset({"/login", "/logout"})
logger = logging.getLogger(__name__)
_GRADIO_PREFIX = "/gradio_api/"
# Raised by Gradio's routes for unexpected parameters.
_RAISED = (AttributeError, LookupError, TypeError, ValueError)
Handler = Callable[[Request, Exception], Awaitable[Response]]


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


def gradio_error_handlers() -> dict[type[Exception], Handler]:
    """Return the exception handlers for Gradio's app, which re-raise errors of other routes."""
    return {**dict.fromkeys(_RAISED, _refuse), RequestValidationError: _refuse_parameters}


async def _refuse(request: Request, error: Exception) -> Response:
    if not request.url.path.startswith(_GRADIO_PREFIX):
        raise error
    place = extract_tb(error.__traceback__)[-1]
    logger.warning(
        "a request to Gradio was refused: %s in %s", type(error).__name__, ascii(place.name)
    )
    return JSONResponse(
        {"error": "bad_request", "message": "The request is not one that this address takes."}, 400
    )


async def _refuse_parameters(_: Request, error: Exception) -> Response:
    """Return a 422 response with the names, without the values, of the invalid parameters."""
    assert isinstance(error, RequestValidationError)
    wrong = sorted({".".join(map(str, each["loc"]))[:80] for each in error.errors()})[:5]
    message = f"A parameter is missing or wrong: {', '.join(wrong)}."
    return JSONResponse({"error": "bad_request", "message": message}, 422)
