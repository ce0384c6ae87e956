"""Addresses of devices as a person writes them: one usual spelling, nothing that no device has."""

import ipaddress
import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Final

from django.utils.translation import gettext as _

IpNetwork = IPv4Network | IPv6Network
NAME_LENGTH: Final = 253
_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?", re.IGNORECASE | re.ASCII)
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE | re.ASCII)
_CLOUDS: Final = frozenset(
    map(
        ipaddress.ip_address,
        ("169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254"),
    )
)
"""Where clouds tell machines their secrets: AWS, Azure, Google, Alibaba and Oracle document these addresses."""
_INSIDE: Final = tuple(
    map(
        ip_network,
        ("::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96"),
    )
)
"""Ranges that carry an IPv4 address inside (RFC 4291, 6052, 8215, 3056, 4380): a fence around IPv4 would miss them."""


class BadAddress(ValueError):
    """What was written is no address of a device; the text says why, for the person who wrote it."""


def read_address(text: str) -> str:
    """Return an address or DNS name in its usual spelling; raises BadAddress.

    The agent's own policy decides in the end whether it asks there; this refuses what no policy can allow.
    """
    plain = text.strip()
    try:
        address = ipaddress.ip_address(plain)
    except ValueError:
        return _name(plain)
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        raise BadAddress(_("Leave out the zone after the percent sign: an address with a zone holds on one machine."))
    _check(address)
    return address.compressed


def read_network(text: str) -> IpNetwork:
    """Return a network such as 192.0.2.0/24, or a single address; raises BadAddress."""
    try:
        return ip_network(text.strip())
    except ValueError as error:
        raise BadAddress(_("%(text)s is no network; write it like 192.0.2.0/24.") % {"text": text[:80]}) from error


def read_ending(text: str) -> str:
    """Return the ending of DNS names, such as example.test; raises BadAddress."""
    return _name(text.strip().strip("."))


def _name(text: str) -> str:
    labels = text.removesuffix(".").split(".")
    if not text or len(text) > NAME_LENGTH or not all(map(_LABEL.fullmatch, labels)):
        raise BadAddress(
            _("This is neither an address nor a DNS name; write it like 192.0.2.10, 2001:db8::10 or fw.example.test.")
        )
    if _NUMBER.fullmatch(labels[-1]):
        raise BadAddress(
            _("Write the address with its four numbers, like 192.0.2.10: this spelling is read in two ways.")
        )
    if labels[-1].casefold() == "localhost":
        raise BadAddress(_("This means the agent's own machine: choose the transport local for it."))
    return text.removesuffix(".").casefold()


def _check(address: IPv4Address | IPv6Address) -> None:
    if address in _CLOUDS:
        raise BadAddress(_("This is a cloud's metadata address, no device."))
    if address.is_loopback:
        raise BadAddress(_("This means the agent's own machine: choose the transport local for it."))
    if address.is_unspecified or (isinstance(address, IPv4Address) and int(address) >> 24 == 0):
        raise BadAddress(_("This is no address of a device."))
    if address.is_multicast or (isinstance(address, IPv4Address) and address.is_reserved):
        raise BadAddress(_("This address is for many or for none, not for one device."))
    if address.is_link_local:
        raise BadAddress(_("A link-local address holds on one cable only; take the device's own address."))
    if any(address in network for network in _INSIDE):
        raise BadAddress(_("This address carries another one inside; write the inner one."))
