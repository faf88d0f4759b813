"""Response headers against framing, cross-site reading and content sniffing."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class SecurityHeaders:
    """ASGI middleware that adds missing security headers to every response."""

    def __init__(self, app: ASGIApp, *, embedders: Iterable[str], origins: Iterable[str]) -> None:
        """Store the sites that may frame and read responses.

        Args:
            app: the wrapped app.
            embedders: sites that may show the page in a frame.
            origins: sites whose pages may also read everything.
        """
        self._app = app
        framers = (*embedders, *origins)
        is_read_elsewhere = bool(tuple(origins))
        self._headers = {
            "Content-Security-Policy": " ".join(("frame-ancestors 'self'", *framers)),
            "Cross-Origin-Resource-Policy": "cross-origin" if is_read_elsewhere else "same-origin",
            "Referrer-Policy": "same-origin",  # an address may contain the token of a shared result
            "X-Content-Type-Options": "nosniff",
        }
        if not framers:
            self._headers["X-Frame-Options"] = "SAMEORIGIN"
            self._headers["Cross-Origin-Opener-Policy"] = "same-origin"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass every request on and add the missing headers to its response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_completed)
