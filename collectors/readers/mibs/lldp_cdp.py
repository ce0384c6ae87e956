"""Neighbours by the LLDP-MIB (IEEE 802.1AB-2005) and the CISCO-CDP-MIB."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, replace

from collectors.driver import Part
from collectors.facts.sections.network import Neighbor
from collectors.readers.mibs import if_mib, port_names
from collectors.readers.mibs.snmp_tables import by_number, column, mac_address, need, numbered
from collectors.replies import SnmpReplies, SnmpValue, as_number, as_text

LLDP = "1.0.8802.1.1.2.1"
ADMIN_STATUS = f"{LLDP}.1.6.1.2"  # lldpPortConfigAdminStatus: 1 sends, 2 receives, 3 both, 4 off
LOCAL_PORT_ID = f"{LLDP}.3.7.1.3"
LOCAL_PORT_DESCR = f"{LLDP}.3.7.1.4"
REMOTE = f"{LLDP}.4.1.1"  # by time mark, local port, number
CHASSIS_KIND = f"{REMOTE}.4"
CHASSIS_ID = f"{REMOTE}.5"
PORT_KIND = f"{REMOTE}.6"
PORT_ID = f"{REMOTE}.7"
PORT_DESCR = f"{REMOTE}.8"
SYSTEM_NAME = f"{REMOTE}.9"
SYSTEM_DESCR = f"{REMOTE}.10"
CDP_CACHE = "1.3.6.1.4.1.9.9.23.1.2.1.1"  # by ifIndex, number
CDP_DEVICE = f"{CDP_CACHE}.6"
CDP_PORT = f"{CDP_CACHE}.7"
CDP_PLATFORM = f"{CDP_CACHE}.8"

ASKS = (
    ADMIN_STATUS, LOCAL_PORT_ID, LOCAL_PORT_DESCR, CHASSIS_KIND, CHASSIS_ID, PORT_KIND, PORT_ID, PORT_DESCR,
    SYSTEM_NAME, SYSTEM_DESCR, *port_names.ASKS,
)  # fmt: skip
CDP_ASKS = (CDP_DEVICE, CDP_PORT, CDP_PLATFORM)

RECEIVES = frozenset({2, 3})
CHASSIS_MAC, CHASSIS_NETWORK = 4, 5  # LldpChassisIdSubtype
PORT_MAC, PORT_NETWORK = 3, 4  # LldpPortIdSubtype
FAMILIES = {1: 4, 2: 16}  # IANA address family: octets of the address
PLATFORM_LIMIT_CHARACTERS = 200
NOT_SAID = frozenset({"not advertised", "not received"})  # what Dell OS10 puts for a missing text


@dataclass(frozen=True)
class _Seen:
    name: str
    port: str | None
    local_port: str | None
    platform: str | None


def read_neighbors(replies: SnmpReplies, with_cdp: bool = False) -> Part:
    """Return who is at the other end of our cables; a neighbour seen by LLDP and CDP on one port is one neighbour.

    'No neighbour' is stated only by an agent of which some port is told to listen. Raises NoReply where nothing was
    read.
    """
    need(replies, *ASKS, *port_names.ASKS, *(CDP_ASKS if with_cdp else ()))
    seen = _by_lldp(replies)
    if with_cdp:
        by_cdp = {(one.local_port, _short(one.name)): one for one in _by_cdp(replies)}
        both = {place: by_cdp.pop(place, None) for one in seen if (place := (one.local_port, _short(one.name)))}
        seen = [_filled(one, both[one.local_port, _short(one.name)]) for one in seen] + list(by_cdp.values())
    asked = (CHASSIS_ID, SYSTEM_NAME, *((CDP_DEVICE,) if with_cdp else ()))
    if not seen:
        replies.column(CHASSIS_ID)  # raises what hindered it
        listens = any(as_number(value) in RECEIVES for value in column(replies, ADMIN_STATUS).values())
        return Part(() if listens and replies.complete(*asked) else None)
    names = numbered(one.name for one in seen)
    neighbors = tuple(
        Neighbor(name=name, port=one.port, local_port=one.local_port, platform=one.platform)
        for name, one in zip(names, seen, strict=True)
    )
    return Part(neighbors, complete=replies.complete(*asked))


def _by_lldp(replies: SnmpReplies) -> list[_Seen]:
    columns = {oid: column(replies, oid) for oid in ASKS}
    rows = {index for oid in (CHASSIS_ID, PORT_ID, SYSTEM_NAME) for index in columns[oid]}
    ports = _LocalPorts(replies, columns)
    seen = []
    for row in sorted(rows, key=lambda index: by_number(index)[1:]):  # the time mark changes by itself
        arcs = row.split(".")
        name = _said(columns[SYSTEM_NAME].get(row)) or _identifier(
            columns[CHASSIS_ID].get(row), as_number(columns[CHASSIS_KIND].get(row)), CHASSIS_MAC, CHASSIS_NETWORK
        )
        if name is None or len(arcs) < 3:
            continue
        kind = as_number(columns[PORT_KIND].get(row))
        port = _identifier(columns[PORT_ID].get(row), kind, PORT_MAC, PORT_NETWORK)
        descr = _said(columns[PORT_DESCR].get(row))
        seen.append(
            _Seen(
                name=name,
                port=descr or port if kind == PORT_MAC else port or descr,
                local_port=ports.name(arcs[1]),
                platform=_first_line(_said(columns[SYSTEM_DESCR].get(row))),
            )
        )
    return seen


def _by_cdp(replies: SnmpReplies) -> list[_Seen]:
    interfaces = port_names.interface_names(replies)
    ports, platforms = column(replies, CDP_PORT), column(replies, CDP_PLATFORM)
    seen = []
    for row, value in sorted(replies.column(CDP_DEVICE).items(), key=lambda item: by_number(item[0])):
        name = mac_address(value) if isinstance(value.raw, bytes) and len(value.raw) == 6 else None
        name = as_text(value) if name is None or _printable(value) else name
        if name is not None:
            seen.append(
                _Seen(
                    name=name,
                    port=as_text(ports.get(row)),
                    local_port=interfaces.get(row.partition(".")[0]),
                    platform=_first_line(as_text(platforms.get(row))),
                )
            )
    return seen


class _LocalPorts:
    """Our own ports by LLDP's number for them: an ifIndex with some agents, a bridge port with others, or neither."""

    def __init__(self, replies: SnmpReplies, columns: Mapping[str, Mapping[str, SnmpValue]]) -> None:
        self._ids, self._descrs = columns[LOCAL_PORT_ID], columns[LOCAL_PORT_DESCR]
        self._interfaces = port_names.interface_names(replies)
        self._bridge_ports = port_names.bridge_ports(replies)
        described = column(replies, if_mib.IF_DESCR)
        self._by_words = {
            **{words: self._interfaces[index] for index, value in described.items() if (words := as_text(value))},
            **{name: name for name in self._interfaces.values()},
        }

    def name(self, number: str) -> str | None:
        """Return the interface's name, else how LLDP names the port, None when that is only a number of its own."""
        said = [text for rows in (self._ids, self._descrs) if (text := _readable(rows.get(number)))]
        for words in said:
            if words in self._by_words:
                return self._by_words[words]
        if said and said[0] == number and number in self._interfaces:  # Junos names a port by its ifIndex
            return self._interfaces[number]
        index = self._bridge_ports.get(int(number))
        if index in self._interfaces:
            return self._interfaces[index]
        return said[0] if said else self._interfaces.get(number)


def _said(value: SnmpValue | None) -> str | None:
    words = as_text(value)
    return None if words is None or words.casefold() in NOT_SAID else words


def _readable(value: SnmpValue | None) -> str | None:
    return _said(value) if value is not None and _printable(value) else None


def _printable(value: SnmpValue) -> bool:
    return not isinstance(value.raw, bytes) or all(32 <= octet < 127 for octet in value.raw.strip(b"\0"))


def _identifier(value: SnmpValue | None, kind: int | None, mac_kind: int, network_kind: int) -> str | None:
    """Return an identifier as a person writes it: an address with colons or dots, else its text."""
    if value is None:
        return None
    octets = value.raw if isinstance(value.raw, bytes) else b""
    if kind == mac_kind or (kind is None and len(octets) == 6 and not _printable(value)):
        return mac_address(value) or _readable(value)
    if kind == network_kind and octets and FAMILIES.get(octets[0]) == len(octets) - 1:
        return str(ipaddress.ip_address(octets[1:]))
    return _readable(value)


def _first_line(words: str | None) -> str | None:
    line = (words or "").partition("\n")[0].strip()
    return line[:PLATFORM_LIMIT_CHARACTERS] or None


def _filled(one: _Seen, other: _Seen | None) -> _Seen:
    """Return a neighbour with the platform that the other protocol tells, where its own is silent."""
    return replace(one, platform=other.platform) if other and one.platform is None else one


def _short(name: str) -> str:
    """Return a name as both protocols tell it: CDP of NX-OS adds the serial number in brackets, others a domain."""
    return name.partition("(")[0].partition(".")[0].casefold()
