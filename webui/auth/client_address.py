"""Client IP addresses: X-Forwarded headers of reverse proxies, groups of addresses for limits.

Behind a proxy all connections come from it, so that requests are counted per forwarded address.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

logger = logging.getLogger(__name__)

Headers = list[tuple[bytes, bytes]]

MAX_REQUESTS_OF_ADDRESS = 256  # at a time; many people may share one, each page has two or three

_SCHEMES = frozenset({"http", "https"})
_WEBSOCKET_SCHEMES = {"http": "ws", "https": "wss"}
_IPV6_PREFIX = 64  # assigned to one household or server, which chooses the host part freely


class ForwardedHeaders:
    """ASGI middleware that applies X-Forwarded headers behind a proxy, else removes them."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        behind_proxy: bool,
        has_inner_proxies: bool = False,
        max_requests: int = MAX_REQUESTS_OF_ADDRESS,
    ) -> None:
        """Store the wrapped app and the kind of trusted proxies.

        Args:
            app: the wrapped app.
            behind_proxy: whether every request comes through a proxy that sets these headers.
            has_inner_proxies: whether that proxy is behind others of the same operator, whose
                private addresses it adds after the client's; clients have public addresses.
            max_requests: maximum number of a forwarded address's unfinished requests.
        """
        self._app = app
        self._behind_proxy = behind_proxy
        self._has_inner_proxies = has_inner_proxies
        self._max_requests = max_requests
        self._num_requests: Counter[str] = Counter()
        self._has_warned = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass requests on, with the client's address and URL scheme in their ASGI scope.

        Refuse those of a forwarded address that has too many unfinished requests.
        """
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif not self._behind_proxy:
            scope = {**scope, "headers": self._without_forwarded(scope["headers"])}
            await self._app(scope, receive, send)
        else:
            _apply_scheme(scope)
            address = self._address(scope)
            if address is None:
                await self._app(scope, receive, send)
            else:
                scope["client"] = (address, 0)
                await self._counted(address_group(address), scope, receive, send)

    async def _counted(self, client: str, scope: Scope, receive: Receive, send: Send) -> None:
        if self._num_requests[client] >= self._max_requests:
            message = "There are too many requests from this address at a time. Try again later."
            answer = JSONResponse({"error": "busy", "message": message}, 503)
            await answer(scope, receive, send)
            return
        self._num_requests[client] += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._num_requests[client] -= 1
            if not self._num_requests[client]:
                del self._num_requests[client]

    def _address(self, scope: Scope) -> str | None:
        hops = _values(scope["headers"], b"x-forwarded-for")
        return client_address(hops, has_inner_proxies=self._has_inner_proxies)

    def _without_forwarded(self, headers: Headers) -> Headers:
        kept = [each for each in headers if not _is_forwarded(each[0])]
        if len(kept) < len(headers) and not self._has_warned:
            self._has_warned = True
            logger.warning(
                "Ignored the X-Forwarded headers of a request. If your reverse proxy sets "
                "them, start with --behind-proxy."
            )
        return kept


def client_address(hops: Iterable[str], *, has_inner_proxies: bool) -> str | None:
    """Return the client address that the nearest trusted proxy added; None if there is none.

    Entries further left may be forged by the client.

    Args:
        hops: entries of X-Forwarded-For, in order.
        has_inner_proxies: whether private addresses on the right belong to further proxies.
    """
    for hop in reversed(list(hops)):
        address = _address(hop)
        if address is None:
            return None
        if not (has_inner_proxies and is_private(address)):
            return address
    return None


def _apply_scheme(scope: Scope) -> None:
    """Set the URL scheme of an ASGI scope to the forwarded one."""
    scheme = next(iter(_values(scope["headers"], b"x-forwarded-proto")), "").lower()
    if scheme in _SCHEMES:
        is_websocket = scope["type"] == "websocket"
        scope["scheme"] = _WEBSOCKET_SCHEMES[scheme] if is_websocket else scheme


def _address(hop: str) -> str | None:
    """Return the IP address of an X-Forwarded-For entry without its port; None if malformed."""
    host = hop
    if hop.startswith("["):
        host = hop[1:].partition("]")[0]
    elif hop.count(":") == 1:
        host = hop.partition(":")[0]
    try:
        return str(ip_address(host))
    except ValueError:
        return None


def _is_forwarded(name: bytes) -> bool:
    return name == b"forwarded" or name.startswith(b"x-forwarded-") or name == b"x-real-ip"


def _values(headers: Headers, name: bytes) -> list[str]:
    """Return the comma-separated values of all headers with this name."""
    joined = ",".join(value.decode("latin-1") for key, value in headers if key == name)
    return [each.strip() for each in joined.split(",") if each.strip()]


def address_group(host: str) -> str:
    """Return the IPv4 address or IPv6 /64 network of a client, as the key of limits per address.

    Args:
        host: an IP address, or other text, which forms its own group.
    """
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((int(address), _IPV6_PREFIX), strict=False))


def is_private(host: str) -> bool:
    """Return whether a text is a private IP address."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return False
