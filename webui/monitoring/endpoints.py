"""Middleware that answers /healthz, /readyz and /metrics before all other checks of visitors."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from storage.db.errors import StorageError
from webui.monitoring.metrics import Metrics

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_METHODS = ("GET", "HEAD")

logger = logging.getLogger(__name__)

Endpoint = Callable[[], Response]


class PlainEndpoints:
    """ASGI middleware that answers GET requests for certain paths itself."""

    def __init__(self, app: ASGIApp, endpoints: Mapping[str, Endpoint]) -> None:
        """Store the endpoints by path; they are called in a thread."""
        self._app = app
        self._endpoints = dict(endpoints)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer requests for an endpoint; pass on all others."""
        is_get = scope["type"] == "http" and scope["method"] in _METHODS
        endpoint = self._endpoints.get(scope["path"]) if is_get else None
        if endpoint is None:
            await self._app(scope, receive, send)
            return
        answer = await run_in_threadpool(endpoint)
        answer.headers["Cache-Control"] = "no-store"
        await answer(scope, receive, send)


def health_endpoints(check: Callable[[], None]) -> dict[str, Endpoint]:
    """Return the endpoints of liveness and readiness, which disclose nothing of the workspace.

    Args:
        check: reads the database; raises StorageError if it cannot.
    """

    def ready() -> Response:
        try:
            check()
        except StorageError:
            logger.exception("the workspace is not ready")
            return PlainTextResponse("The workspace cannot be read.\n", status_code=503)
        return PlainTextResponse("ready\n")

    return {"/healthz": lambda: PlainTextResponse("ok\n"), "/readyz": ready}


def metrics_endpoints(metrics: Metrics) -> dict[str, Endpoint]:
    """Return the endpoint of Prometheus metrics."""

    def answer() -> Response:
        try:
            return Response(metrics.text(), media_type=METRICS_TYPE)
        except StorageError:
            logger.exception("the metrics cannot be read")
            return PlainTextResponse("The workspace cannot be read.\n", status_code=503)

    return {"/metrics": answer}
