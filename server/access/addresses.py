"""Addresses of devices as a person writes them: one usual spelling, nothing that no device has."""

import ipaddress
import re
from ipaddress import IPv6Address, ip_network
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collectors.link.addresses import IpAddress, IpNetwork, is_dns_name, never_asked

_NUMBERS: Final = re.compile(r"(?:[a-z0-9_-]+\.)*(?:[0-9]+|0x[0-9a-f]*)", re.IGNORECASE | re.ASCII)
"""What a resolver would take for an address in odd spelling: it ends in a number."""


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
    name = text.removesuffix(".")
    if not is_dns_name(name):
        if _NUMBERS.fullmatch(name):
            raise BadAddress(
                _("Write the address with its four numbers, like 192.0.2.10: this spelling is read in two ways.")
            )
        raise BadAddress(
            _("This is neither an address nor a DNS name; write it like 192.0.2.10, 2001:db8::10 or fw.example.test.")
        )
    if name.rpartition(".")[2].casefold() == "localhost":
        raise BadAddress(_("This means the agent's own machine: choose the transport local for it."))
    return name.casefold()


def _check(address: IpAddress) -> None:
    """Raise BadAddress for what no policy of a site can allow, and for the agent's own machine."""
    if address.is_loopback:
        raise BadAddress(_("This means the agent's own machine: choose the transport local for it."))
    what = never_asked(address)
    if what is not None:
        raise BadAddress(_WORDS.get(what.partition(" (")[0], _NO_DEVICE))


_NO_DEVICE: Final = gettext_lazy("This is no address of a device.")
_WORDS: Final = {
    "the metadata address of a cloud": gettext_lazy("This is a cloud's metadata address, no device."),
    "a link-local address": gettext_lazy(
        "A link-local address holds on one cable only; take the device's own address."
    ),
    "a multicast address": gettext_lazy("This address is for many or for none, not for one device."),
    "a broadcast address": gettext_lazy("This address is for many or for none, not for one device."),
    "an address that carries another one inside": gettext_lazy(
        "This address carries another one inside; write the inner one."
    ),
}
"""What `never_asked` says, in the words of a form."""
