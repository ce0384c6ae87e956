"""Addresses of devices: one strict spelling, and the ranges that no policy of a site can allow."""

import ipaddress
import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

IpAddress = IPv4Address | IPv6Address
IpNetwork = IPv4Network | IPv6Network

LOOPBACK: Final = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
_NEVER: Final = tuple(
    (ipaddress.ip_network(network), what)
    for network, what in (
        ("169.254.169.254/32", "the metadata address of a cloud"),
        ("100.100.100.200/32", "the metadata address of a cloud"),
        ("168.63.129.16/32", "the metadata address of a cloud"),
        ("192.0.0.192/32", "the metadata address of a cloud"),
        ("fd00:ec2::254/128", "the metadata address of a cloud"),
        ("fd20:ce::254/128", "the metadata address of a cloud"),
        ("169.254.0.0/16", "a link-local address"),
        ("fe80::/10", "a link-local address"),
        ("224.0.0.0/4", "a multicast address"),
        ("ff00::/8", "a multicast address"),
        ("255.255.255.255/32", "a broadcast address"),
        ("0.0.0.0/8", "no address of a device"),
        ("240.0.0.0/4", "no address of a device"),
        ("192.88.99.0/24", "an address that carries another one inside (6to4)"),
        ("::ffff:0:0/96", "an address that carries another one inside (IPv4-mapped)"),
        ("::ffff:0:0:0/96", "an address that carries another one inside (IPv4-translated)"),
        ("64:ff9b::/96", "an address that carries another one inside (NAT64)"),
        ("64:ff9b:1::/48", "an address that carries another one inside (NAT64)"),
        ("2002::/16", "an address that carries another one inside (6to4)"),
        ("2001::/32", "an address that carries another one inside (Teredo)"),
        ("fec0::/10", "a site-local address, which no network uses any more"),
    )
)
_ISATAP: Final = frozenset({0x0000_5EFE, 0x0200_5EFE})  # RFC 5214 section 6.1: an IPv4 address in the last 32 bits
_COMPATIBLE: Final = ipaddress.ip_network("::/96")  # RFC 4291 2.5.5.1, with :: and ::1 among them
_LABEL: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE | re.ASCII)
_NUMBER: Final = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*", re.ASCII)


def written_address(text: str) -> IpAddress | None:
    """Return the address that a text is in its one usual spelling, None when it is not that."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and (address.scope_id is not None or "." in text):
        return None
    return address


def is_dns_name(text: str) -> bool:
    """Return whether a text is a DNS name, and nothing that a resolver would take for an address in odd spelling.

    `127.1`, `0x7f000001`, `2130706433` and `1.2.3.4.` all end in a number, which no DNS name does (RFC 3696 section 2).
    """
    labels = text.removesuffix(".").split(".")
    return len(text) <= 253 and all(map(_LABEL.fullmatch, labels)) and not _NUMBER.fullmatch(labels[-1])


def never_asked(address: IpAddress) -> str | None:
    """Return what an address is that no policy can allow, None for one that it can."""
    special = next((what for network, what in _NEVER if address in network), None)
    if special or isinstance(address, IPv4Address):
        return special
    if address in _COMPATIBLE and address not in LOOPBACK[1]:
        return "no address of a device"
    if int(address) >> 32 & 0xFFFF_FFFF in _ISATAP:
        return "an address that carries another one inside (ISATAP)"
    return None


def inside(address: IpAddress, networks: Iterable[IpNetwork]) -> bool:
    """Return whether one of the networks holds an address; loopback needs a network that is loopback itself."""
    loopback = address.is_loopback
    return any(address in network and (not loopback or is_loopback(network)) for network in networks)


def is_loopback(network: IpNetwork) -> bool:
    """Return whether a whole network is loopback."""
    return any(_subnet(network, around) for around in LOOPBACK)


def is_edge(address: IpAddress, networks: Iterable[IpNetwork]) -> bool:
    """Return whether an IPv4 address is the first or last one of a network: the network itself, or its broadcast."""
    return any(
        isinstance(network, IPv4Network)
        and network.prefixlen < 31  # RFC 3021: a network of two has neither
        and not is_loopback(network)
        and address in {network.network_address, network.broadcast_address}
        for network in networks
    )


def within(network: IpNetwork, networks: Iterable[IpNetwork]) -> bool:
    """Return whether a whole network lies in one of the others."""
    return any(_subnet(network, around) and is_loopback(around) >= is_loopback(network) for around in networks)


def _subnet(network: IpNetwork, around: IpNetwork) -> bool:
    if isinstance(network, IPv4Network):
        return isinstance(around, IPv4Network) and network.subnet_of(around)
    return isinstance(around, IPv6Network) and network.subnet_of(around)
