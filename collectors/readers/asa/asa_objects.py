"""What the named objects and groups of a Cisco ASA configuration hold: all addresses, all services, or less.

None says that a definition is not understood: such a name may hold everything.
"""

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from collectors.readers.asa.asa_config import network_of
from collectors.readers.cisco.cisco_config import Configuration, Line

ALL_PROTOCOLS = frozenset({"ip", "ip4", "ip6", "0"})
PROTOCOLS = frozenset(
    "tcp udp tcp-udp icmp icmp6 igmp ipinip igrp eigrp ospf gre esp ah ipsec pim pcp pptp snp nos sctp".split()
)
"""Protocols by name, as the ASA Series Command Reference lists them."""
PROTOCOL_MAX = 255
_LESS = frozenset({"description", "port-object", "icmp-object", "nat", "fqdn"})  # lines that hold less than everything

Known = Mapping[str, bool | None]
"""By name: whether it holds everything; None where that is not certain."""


@dataclass(frozen=True)
class Objects:
    """The named objects and groups of a configuration."""

    networks: Known
    services: Known
    names: Mapping[str, str]
    """Addresses with a name ('name 10.0.0.0 inside-net'), which stands in an address's place."""

    def network_of(self, words: list[str]) -> str | None:
        """Return the network of an address and its mask, where the address may be a name; None for neither."""
        return network_of([self.names.get(word, word) for word in words[:1]] + words[1:2])


def objects_of(config: Configuration) -> Objects:
    """Return what the objects of a configuration mean; groups that name other groups are followed."""
    names = {words[1]: words[0] for text in config.all("name ") if len(words := text.split()) > 1}
    networks = config.blocks("object network ") + config.blocks("object-group network ")
    services = config.blocks("object service ") + config.blocks("object-group service ")
    services += config.blocks("object-group protocol ")
    bare = Objects({}, {}, names)
    return Objects(
        networks=_holding(networks, lambda words: _network(words, bare)),
        services=_holding(services, _service),
        names=names,
    )


def any_of(found: list[bool | None]) -> bool | None:
    """Return whether one of these is true; None when none is, and one of them is not known."""
    return True if True in found else None if None in found else False


def _holding(blocks: list[Line], holds: Callable[[list[str]], bool | None]) -> Known:
    """Return by name whether an object holds everything, itself or through others."""
    lines: dict[str, list[list[str]]] = {}
    for block in blocks:
        lines.setdefault(block.text.split()[2], []).extend(child.text.split() for child in block.children)
    told: dict[str, bool | None] = dict.fromkeys(lines, False)
    for _ in lines:  # each round follows one more step from group to group
        now = {name: any_of([_line(words, holds, told) for words in own]) for name, own in lines.items()}
        if now == told:
            break
        told = now
    return told


def _line(words: list[str], holds: Callable[[list[str]], bool | None], told: Known) -> bool | None:
    if words[:1] == ["group-object"] or words[1:2] == ["object"]:
        return told.get(words[-1])
    return False if words[0] in _LESS else holds(words)


def _network(words: list[str], objects: Objects) -> bool | None:
    if words[0] == "range" and len(words) == 3:
        return _is_all_of_it(words[1], words[2])
    words = ["host", *words[2:]] if words[:2] == ["network-object", "host"] else words
    if words[0] == "host" and len(words) == 2:
        return False if is_address(words[1]) or words[1] in objects.names else None
    network = objects.network_of(words[1:]) if words[0] in {"subnet", "network-object"} else None
    return None if network is None else network == "any"


def is_address(text: str) -> bool:
    """Return whether a text is an address of IPv4 or IPv6."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_all_of_it(first: str, last: str) -> bool | None:
    """Return whether a range holds all addresses, but for those that no device has."""
    if not (is_address(first) and is_address(last)):
        return None
    begin, end = ipaddress.ip_address(first), ipaddress.ip_address(last)
    return int(begin) <= 1 and int(end) >= 2**begin.max_prefixlen - 2


def _service(words: list[str]) -> bool | None:
    return protocol(words[1]) if words[0] in {"service", "service-object", "protocol-object"} and words[1:] else None


def protocol(word: str) -> bool | None:
    """Return whether a protocol stands for all of them; None for a word that is no protocol."""
    if word in ALL_PROTOCOLS:
        return True
    numbered = word.isascii() and word.isdecimal() and len(word) <= 3 and int(word) <= PROTOCOL_MAX
    return False if word in PROTOCOLS or numbered else None
