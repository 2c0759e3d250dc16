"""Who is counted as one visitor. Pure: no Django."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Final

IPV6_PREFIX: Final = 64
"""Providers give a household at least so much (RFC 6177): its owner may use another address each time."""


def address_of(meta: Mapping[str, str], trusted_proxies: int) -> str:
    """The visitor's network: one IPv4 address, or the /64 of an IPv6 one; with trusted proxies in front, of the
    address that the outermost of them saw. What is no address is given as it came."""
    addresses = [part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if trusted_proxies and addresses:
        return _network(addresses[-min(trusted_proxies, len(addresses))])
    return _network(meta.get("REMOTE_ADDR", ""))


def _network(typed: str) -> str:
    try:
        address = ipaddress.ip_address(typed.strip("[]").partition("%")[0])
    except ValueError:
        return typed
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, IPV6_PREFIX), strict=False))
