"""Error responses for requests that Gradio's routes cannot parse."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from traceback import extract_tb

from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

logger = logging.getLogger(__name__)

_GRADIO_PREFIX = "/gradio_api/"
# Raised by Gradio's routes for unexpected parameters.
_RAISED = (AttributeError, LookupError, TypeError, ValueError)

Handler = Callable[[Request, Exception], Awaitable[Response]]


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
