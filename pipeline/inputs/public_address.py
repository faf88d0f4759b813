"""Test for IP addresses in the public internet."""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # an IPv4 address in its last four bytes
_IPV4_BITS = 0xFFFF_FFFF


def is_public(text: str) -> bool:
    """Return whether an IP address belongs to the public internet.

    Private, loopback, link-local, multicast, unspecified and reserved addresses do not, nor do
    IPv4-mapped ones; an IPv6 address with an embedded IPv4 address is judged by both.
    """
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False  # also a scope such as fe80::1%eth0 if Python does not support it
    return _is_public(address) and all(_is_public(inner) for inner in _embedded(address))


def _embedded(address: Address) -> tuple[Address, ...]:
    if isinstance(address, ipaddress.IPv4Address):
        return ()
    embedded = [address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        embedded.append(ipaddress.IPv4Address(int(address) & _IPV4_BITS))
    return tuple(each for each in embedded if each is not None)


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None or address.is_site_local or address.scope_id:
            return False
        if address in _NAT64:
            return True  # the embedded address decides; some Python versions call the range private
    return address.is_global and not (
        address.is_multicast
        or address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_unspecified
        or address.is_reserved
    )
