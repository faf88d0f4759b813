"""Cookies with anonymous visitor ids for a public demo."""

from __future__ import annotations

import secrets

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from webui.auth.client_address import address_group, is_private
from webui.auth.signing import Signer
from webui.auth.visitor import Visit, cookie_header, cookie_of, note_visit
from webui.config.settings import VisitorSettings
from webui.services.access import AccessService, Visitor

COOKIE = "speaker_studio_visitor"
MAX_AGE_S = 30 * 24 * 3600  # counted anew whenever the page is opened
_ID_BYTES = 16


class DemoVisitors:
    """ASGI middleware that identifies each browser by a signed, unguessable id in a cookie.

    Only the page sets the cookie. A request without one gets a new visitor, who sees only the
    recordings shown to all.
    """

    def __init__(
        self, app: ASGIApp, access: AccessService, signer: Signer, settings: VisitorSettings
    ) -> None:
        self._app = app
        self._access = access
        self._signer = signer
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass every request on, with its visitor stored in the ASGI scope."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        sealed = cookie_of(scope, COOKIE)
        owner = None if sealed is None else self._signer.read(sealed)
        is_passing = owner is None
        if owner is None:
            owner = secrets.token_hex(_ID_BYTES)
        visitor = Visitor(
            owner,
            keep_hours=self._settings.keep_hours,
            address=self._address(scope),
            is_passing=is_passing,
        )
        note_visit(scope, Visit(visitor, self._access))
        is_page = scope["type"] == "http" and not scope["path"].strip("/")
        cookie = cookie_header(
            scope,
            COOKIE,
            self._signer.sign(owner),
            max_age_s=MAX_AGE_S,
            embedded=self._settings.is_embedded,
        )

        async def send_with_cookie(message: Message) -> None:
            if is_page and message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], cookie]}
            await send(message)

        await self._app(scope, receive, send_with_cookie)

    def _address(self, scope: Scope) -> str | None:
        """Return the client's key for limits per address; None if the address is unknown."""
        client = scope.get("client")
        if client is None:
            return None
        if self._settings.is_embedded and is_private(client[0]):
            return None  # a proxy of the host that does not forward the client's address
        return address_group(client[0])
