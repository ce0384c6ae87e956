"""VLANs and trunks by the Q-BRIDGE-MIB (RFC 4363)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address

from collectors.driver import Part
from collectors.facts.sections.network import Trunk, Vlan
from collectors.readers.mibs import if_mib, port_names
from collectors.readers.mibs.snmp_tables import column, need
from collectors.replies import SnmpReplies, SnmpValue, as_number, as_text

DOT1Q = "1.3.6.1.2.1.17.7.1.4"
CURRENT_EGRESS = f"{DOT1Q}.2.1.4"  # dot1qVlanCurrentEgressPorts, by time mark and VLAN
CURRENT_UNTAGGED = f"{DOT1Q}.2.1.5"
STATIC_NAME = f"{DOT1Q}.3.1.1"  # dot1qVlanStaticName, by VLAN
STATIC_EGRESS = f"{DOT1Q}.3.1.2"  # PortList: the first bit of the first octet is bridge port 1
STATIC_UNTAGGED = f"{DOT1Q}.3.1.4"
STATIC_STATUS = f"{DOT1Q}.3.1.5"  # RowStatus: 1 active
PVID = f"{DOT1Q}.5.1.1"  # by bridge port
IP_ADDRESS_IF_INDEX = "1.3.6.1.2.1.4.20.1.2"  # ipAdEntIfIndex, by address

ASKS = (
    CURRENT_EGRESS, CURRENT_UNTAGGED, STATIC_NAME, STATIC_EGRESS, STATIC_UNTAGGED, STATIC_STATUS, PVID,
    IP_ADDRESS_IF_INDEX, *port_names.ASKS,
)  # fmt: skip

ACTIVE = 1
LAST_VLAN = 4094
PORT_LIST_LIMIT_OCTETS = 2048  # 16,384 ports; more is no switch

_VLAN_INTERFACE = re.compile(r"(?:vlan[- _]?(?:interface)?|vl|br|bvi|irb\.|vlan\.)[ _-]?0*(\d{1,4})", re.IGNORECASE)


@dataclass(frozen=True)
class Membership:
    """The bridge ports of a VLAN, and those of them that send its frames untagged."""

    egress: frozenset[int]
    untagged: frozenset[int]


def read_vlans(replies: SnmpReplies) -> Part:
    """Return the VLANs by number with their names, and how many Ethernet ports are access ports of each.

    An access port sends the VLAN's frames untagged, takes untagged frames into it, and is tagged nowhere. Without the
    port lists of all VLANs the counts stay open. The list is whole when the columns of names and ports are.
    """
    need(replies, *ASKS, *port_names.ASKS)
    names, members = column(replies, STATIC_NAME), memberships(replies)
    statuses = column(replies, STATIC_STATUS)
    numbers = {number for row in names if (number := _number(row)) and as_number(statuses.get(row)) in {None, ACTIVE}}
    numbers |= members.keys()
    if not numbers:
        replies.column(STATIC_NAME)  # raises what hindered it
        return Part(None)
    counts = access_counts(replies, members) if numbers == members.keys() else {}
    addressed = with_address(replies, {number: as_text(names.get(str(number))) for number in numbers})
    vlans = tuple(
        Vlan(
            number=number,
            name=as_text(names.get(str(number))),
            access_ports_count=counts.get(number),
            has_address=addressed.get(number),
        )
        for number in sorted(numbers)
    )
    return Part(vlans, complete=replies.complete(STATIC_NAME, CURRENT_EGRESS, STATIC_EGRESS))


def memberships(replies: SnmpReplies) -> dict[int, Membership]:
    """Return the ports of each VLAN, from the current table, else from the static one; only VLANs with both lists."""
    for egress, untagged in ((CURRENT_EGRESS, CURRENT_UNTAGGED), (STATIC_EGRESS, STATIC_UNTAGGED)):
        if not replies.complete(egress, untagged):
            continue
        untagged_lists = column(replies, untagged)
        found = {}
        for row, value in column(replies, egress).items():
            number, all_ports = _number(row), port_list(value)
            bare_ports = port_list(untagged_lists.get(row))
            if number and all_ports is not None and bare_ports is not None:
                found[number] = Membership(all_ports, bare_ports)
        if found:
            return found
    return {}


def access_counts(replies: SnmpReplies, members: Mapping[int, Membership]) -> dict[int, int]:
    """Return how many access ports each VLAN has; empty where bridge ports or their VLANs are not all told."""
    pvids, ports = _pvids(replies), _ethernet_ports(replies)
    if not ports or not ports.keys() <= pvids.keys():
        return {}
    tagged = _tagged(members)
    return {
        number: sum(port in ports and pvids[port] == number and port not in tagged for port in members[number].untagged)
        for number in members
    }


def read_trunks(replies: SnmpReplies) -> Part:
    """Return the ports, aggregates too, that send frames of some VLAN tagged, with the VLAN of untagged frames."""
    need(replies, *ASKS, *port_names.ASKS)
    members, names = memberships(replies), port_names.interface_names(replies)
    if not members:
        replies.column(CURRENT_EGRESS), replies.column(STATIC_EGRESS)  # raises what hindered it
        return Part(None)
    tagged, pvids = _tagged(members), _pvids(replies)
    trunks = []
    for port, index in sorted(port_names.bridge_ports(replies).items()):
        if port in tagged and index in names:
            native = pvids.get(port)
            bare = native is not None and native in members and port in members[native].untagged
            trunks.append(Trunk(name=names[index], native_vlan=native if bare else None))
    return Part(tuple(trunks) or None, complete=replies.complete(*ASKS))


def port_list(value: SnmpValue | None) -> frozenset[int] | None:
    """Return the bridge ports of a PortList (Q-BRIDGE-MIB); None without one."""
    octets = None if value is None else value.raw
    if not isinstance(octets, bytes) or len(octets) > PORT_LIST_LIMIT_OCTETS:
        return None
    return frozenset(
        8 * place + bit + 1 for place, octet in enumerate(octets) if octet for bit in range(8) if octet & (0x80 >> bit)
    )


def _tagged(members: Mapping[int, Membership]) -> frozenset[int]:
    return frozenset().union(*(member.egress - member.untagged for member in members.values()))


def _pvids(replies: SnmpReplies) -> dict[int, int]:
    told = {port: as_number(value) for port, value in column(replies, PVID).items() if port.isdecimal()}
    return {int(port): number for port, number in told.items() if number}


def _ethernet_ports(replies: SnmpReplies) -> dict[int, str]:
    ethernet = port_names.ethernet_indexes(replies)
    return {port: index for port, index in port_names.bridge_ports(replies).items() if index in ethernet}


def with_address(replies: SnmpReplies, names: Mapping[int, str | None]) -> dict[int, bool]:
    """Return which VLANs have an IP address; 'no' only when each address was found to lie elsewhere."""
    interfaces, kinds = port_names.interface_names(replies), column(replies, if_mib.IF_TYPE)
    switched = frozenset(port_names.bridge_ports(replies).values())
    addresses = column(replies, IP_ADDRESS_IF_INDEX)
    by_name = {name.casefold(): number for number, name in names.items() if name}
    found: set[int] = set()
    certain = bool(addresses) and replies.complete(IP_ADDRESS_IF_INDEX)
    for address, value in addresses.items():
        if _is_loopback(address):
            continue
        index = str(as_number(value))
        name = interfaces.get(index, "")
        told = _VLAN_INTERFACE.fullmatch(name)
        number = int(told[1]) if told else by_name.get(name.casefold())
        if number is not None:
            found.add(number)
        elif as_number(kinds.get(index)) not in port_names.ETHERNET_TYPES or index in switched:
            certain = False  # an interface of its own kind may be any VLAN's; a switched port has no address at all
    return {number: number in found for number in names if certain or number in found}


def _is_loopback(address: str) -> bool:
    try:
        return IPv4Address(address).is_loopback
    except AddressValueError:
        return False


def _number(row: str) -> int | None:
    last = int(row.rpartition(".")[2])
    return last if 1 <= last <= LAST_VLAN else None
