"""Allow-list of Host headers against DNS rebinding.

A foreign site can point its own name at this machine; its requests then have the same origin as
ours. Only the Host header shows which name they were sent to. An IP address cannot be rebound, so
addresses are refused on the loopback interface only.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from webui.protection.host_names import address_of, host_of, requested_host

logger = logging.getLogger(__name__)

LOCAL_NAME = "localhost"

_LONGEST_SHOWN = 100


class AllowedHosts:
    """Host names and IP addresses under which the app answers."""

    def __init__(self, listening_on: str, names: Iterable[str]) -> None:
        """Store the allowed host names.

        Args:
            listening_on: address or name of the interface, as in --host.
            names: further names; a leading dot admits all subdomains.
        """
        interface = listening_on.strip("[]").lower()
        address = address_of(interface)
        self._is_local = interface == LOCAL_NAME or (address is not None and address.is_loopback)
        all_names = {LOCAL_NAME, interface, *names}
        if not self._is_local:
            own = socket.gethostname().lower()
            all_names |= {own, f"{own}.local"}
        self._names = frozenset(all_names)
        self._suffixes = tuple(each for each in all_names if each.startswith("."))

    def admits(self, header: str) -> bool:
        """Return whether a Host header is allowed."""
        host = host_of(header)
        if host is None:
            return False
        address = address_of(host)
        if address is not None:
            return not self._is_local or address.is_loopback or host in self._names
        return host in self._names or host.endswith(self._suffixes)


class HostAllowList:
    """ASGI middleware that refuses requests whose Host header is not allowed."""

    def __init__(self, app: ASGIApp, hosts: AllowedHosts) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on requests for allowed host names; refuse all others."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        host = requested_host(Headers(scope=scope))
        if not host or self._hosts.admits(host):  # every browser sends the header
            await self._app(scope, receive, send)
            return
        shown = ascii(host[:_LONGEST_SHOWN])
        logger.warning("a request for the host %s was refused", shown)
        sentence = (
            f"This app does not answer to the name {shown}. If it is yours, start the app with "
            "--allow-host and that name.\n"
        )
        answer = PlainTextResponse(sentence, status_code=403)
        await answer(scope, receive, send)
