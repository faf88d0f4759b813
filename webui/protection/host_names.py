"""Parsing of Host and Origin headers."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|\.?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)\.?(?::([0-9]{1,5}))?")
_DEFAULT_PORTS = {"http": 80, "https": 443}

HostAndPort = tuple[str, int | None]


def split_host(header: str) -> HostAndPort | None:
    """Return a Host header's name or address and its port; None if it is malformed."""
    found = _HOST.fullmatch(header.strip().lower())
    if found is None:
        return None
    port = found.group(2)
    return found.group(1).strip("[]"), None if port is None else int(port)


def host_of(header: str) -> str | None:
    """Return a Host header's name or address without the port; None if it is malformed."""
    parts = split_host(header)
    return None if parts is None else parts[0]


def address_of(host: str) -> IPv4Address | IPv6Address | None:
    """Parse a host as an IP address; return None if it is a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def requested_host(headers: Headers) -> str:
    """Return the requested host; empty if the request names none.

    A trusted proxy sends it in X-Forwarded-Host; untrusted headers are removed before.
    """
    forwarded = headers.get("x-forwarded-host", "").split(",")[0].strip()
    return forwarded or headers.get("host", "")


def is_same_origin(origin: str, host: str) -> bool:
    """Return whether an Origin header names the host and port that a request was sent to."""
    try:
        site = urlsplit(origin)
    except ValueError:
        return False
    default = _DEFAULT_PORTS.get(site.scheme)
    ours, theirs = split_host(host), split_host(site.netloc)
    if default is None or ours is None or theirs is None:
        return False
    return (ours[0], ours[1] or default) == (theirs[0], theirs[1] or default)
