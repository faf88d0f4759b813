"""Grouping of client IP addresses for rate limits and quotas."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

_IPV6_PREFIX = 64  # assigned to one household or server, which chooses the host part freely


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
