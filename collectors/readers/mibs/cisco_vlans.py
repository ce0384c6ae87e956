"""VLANs and trunks by Cisco's MIBs (CISCO-VTP-MIB, CISCO-VLAN-MEMBERSHIP-MIB, CISCO-DHCP-SNOOPING-MIB)."""

from collections.abc import Callable

from collectors.driver import Part
from collectors.facts.sections.network import Trunk, Vlan
from collectors.readers.mibs import port_names, q_bridge
from collectors.readers.mibs.snmp_tables import column, need, scalar
from collectors.replies import SnmpReplies, as_number, as_text

CISCO = "1.3.6.1.4.1.9.9"
VLAN_STATE = f"{CISCO}.46.1.3.1.1.2"  # vtpVlanState, by domain and VLAN: 1 operational
VLAN_TYPE = f"{CISCO}.46.1.3.1.1.3"  # vtpVlanType: 1 ethernet; 1002 to 1005 are of other media
VLAN_NAME = f"{CISCO}.46.1.3.1.1.4"
NATIVE_VLAN = f"{CISCO}.46.1.6.1.1.5"  # vlanTrunkPortNativeVlan, by ifIndex
TRUNK_STATUS = f"{CISCO}.46.1.6.1.1.14"  # vlanTrunkPortDynamicStatus: 1 trunking, 2 not
ACCESS_VLAN = f"{CISCO}.68.1.2.2.1.2"  # vmVlan, by ifIndex, of access ports
SNOOPING = f"{CISCO}.380.1.1.1.0"  # cdsFeatureEnable
VLAN_SNOOPING = f"{CISCO}.380.1.2.1.1.2"  # cdsVlanDhcpSnoopingEnable, by VLAN

ASKS = (
    VLAN_STATE, VLAN_TYPE, VLAN_NAME, NATIVE_VLAN, TRUNK_STATUS, ACCESS_VLAN, SNOOPING, VLAN_SNOOPING,
    q_bridge.IP_ADDRESS_IF_INDEX,
)  # fmt: skip

OPERATIONAL, ETHERNET, TRUNKING = 1, 1, 1
TRUE = {1: True, 2: False}  # TruthValue


def read_vlans(replies: SnmpReplies) -> Part:
    """Return the operational Ethernet VLANs, by VTP; else as the Q-BRIDGE-MIB tells them."""
    need(replies, *ASKS, *port_names.ASKS)
    states, types, names = replies.column(VLAN_STATE), column(replies, VLAN_TYPE), column(replies, VLAN_NAME)
    rows = [row for row, state in states.items() if as_number(state) == OPERATIONAL]
    rows = [row for row in rows if as_number(types.get(row)) in {ETHERNET, None}]
    told = {int(row.rpartition(".")[2]): as_text(names.get(row)) for row in rows}
    if not told:
        return q_bridge.read_vlans(replies)
    addressed, counts = q_bridge.with_address(replies, told), _access_counts(replies)
    snooping = _snooping(replies)
    vlans = tuple(
        Vlan(
            number=number,
            name=told[number],
            access_ports_count=None if counts is None else counts.get(number, 0),
            has_address=addressed.get(number),
            snooping=snooping(number),
        )
        for number in sorted(told)
    )
    return Part(vlans, complete=replies.complete(VLAN_STATE, VLAN_TYPE, VLAN_NAME))


def read_trunks(replies: SnmpReplies) -> Part:
    """Return the ports that are trunking now, with their native VLAN; without Cisco's MIB by the Q-BRIDGE-MIB."""
    need(replies, *ASKS, *port_names.ASKS)
    statuses, natives = column(replies, TRUNK_STATUS), column(replies, NATIVE_VLAN)
    if not statuses:
        return q_bridge.read_trunks(replies)
    names = port_names.interface_names(replies)
    trunks = tuple(
        Trunk(name=names[index], native_vlan=as_number(natives.get(index)) or None)
        for index, status in statuses.items()
        if as_number(status) == TRUNKING and index in names
    )
    return Part(trunks or None, complete=replies.complete(TRUNK_STATUS, NATIVE_VLAN))


def _access_counts(replies: SnmpReplies) -> dict[int, int] | None:
    vlans, statuses = column(replies, ACCESS_VLAN), column(replies, TRUNK_STATUS)
    if not vlans or not replies.complete(ACCESS_VLAN, TRUNK_STATUS):
        return None
    ethernet = port_names.ethernet_indexes(replies)
    counts: dict[int, int] = {}
    for index, value in vlans.items():
        number = as_number(value)
        if number and index in ethernet and as_number(statuses.get(index)) != TRUNKING:
            counts[number] = counts.get(number, 0) + 1
    return counts


def _snooping(replies: SnmpReplies) -> Callable[[int], bool | None]:
    switched = TRUE.get(as_number(scalar(replies, SNOOPING)) or 0)
    own = {row: TRUE.get(as_number(value) or 0) for row, value in column(replies, VLAN_SNOOPING).items()}
    return lambda number: False if switched is False else own.get(str(number)) if switched else None
