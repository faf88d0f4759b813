"""Refusal of requests that browsers send for pages of other sites."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from webui.protection.host_names import is_same_origin, requested_host

_REFUSAL = {
    "error": "foreign_origin",
    "message": "Pages of another site may not use this app. If that site is yours, start the app "
    "with --allow-origin and its address.",
}
_FOREIGN_SITES = ("cross-site", "same-site")  # same-site includes every other port of this machine
_SAFE_METHODS = ("GET", "HEAD")


class OriginPolicy:
    """ASGI middleware that admits requests of the app's page, of allowed sites and of programs.

    Browsers state in Origin which page makes a request that can change or read something, and
    current ones state in Sec-Fetch-Site whether any other request comes from a foreign page.
    Programs send neither.
    """

    def __init__(self, app: ASGIApp, allowed_origins: Iterable[str]) -> None:
        self._app = app
        self._allowed = frozenset(allowed_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse requests that a page of another site has sent; pass on all others."""
        if scope["type"] in ("http", "websocket") and self._is_foreign(scope):
            await JSONResponse(_REFUSAL, status_code=403)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_foreign(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is not None:
            is_ours = is_same_origin(origin, requested_host(headers))
            return not (is_ours or origin.lower() in self._allowed)
        return headers.get("sec-fetch-site") in _FOREIGN_SITES and not _is_link(scope, headers)


def _is_link(scope: Scope, headers: Headers) -> bool:
    """Return whether the request is a browser's navigation to the address, also in a frame."""
    is_navigation = headers.get("sec-fetch-mode") == "navigate"
    return is_navigation and scope.get("method", "") in _SAFE_METHODS
