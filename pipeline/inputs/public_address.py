"""Which network addresses a download may go to: those of the public internet alone."""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # an IPv4 address in its last four bytes
_IPV4_BITS = 0xFFFF_FFFF


def is_public(text: str) -> bool:
    """Whether an address belongs to a host that anybody may reach.

    Private, loopback, link-local, multicast, unspecified and reserved ones do not, nor do
    IPv4-mapped ones; an IPv6 address that carries an IPv4 one is judged by both.
    """
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False  # also a scope such as fe80::1%eth0 where Python knows none
    return _is_public(address) and all(_is_public(inner) for inner in _carried(address))


def _carried(address: Address) -> tuple[Address, ...]:
    if isinstance(address, ipaddress.IPv4Address):
        return ()
    carried = [address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        carried.append(ipaddress.IPv4Address(int(address) & _IPV4_BITS))
    return tuple(each for each in carried if each is not None)


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None or address.is_site_local or address.scope_id:
            return False
        if address in _NAT64:
            return True  # the carried address decides; some versions call the range private
    return address.is_global and not (
        address.is_multicast
        or address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_unspecified
        or address.is_reserved
    )
