"""Which interface a bridge port is (BRIDGE-MIB, RFC 4188), and the names of both."""

from collectors.readers.mibs import if_mib
from collectors.readers.mibs.snmp_tables import column
from collectors.replies import SnmpReplies, as_number

BASE_PORT_IF_INDEX = "1.3.6.1.2.1.17.1.4.1.2"  # dot1dBasePortIfIndex, by bridge port

ASKS = (if_mib.IF_DESCR, if_mib.IF_NAME, if_mib.IF_TYPE, BASE_PORT_IF_INDEX)

ETHERNET_TYPES = frozenset(number for number, kind in if_mib.KINDS.items() if kind == "ethernet")


def interface_names(replies: SnmpReplies) -> dict[str, str]:
    """Return each interface's name by its ifIndex, the same names as in the section `interfaces`."""
    return if_mib.names({oid: column(replies, oid) for oid in (if_mib.IF_DESCR, if_mib.IF_NAME)})


def bridge_ports(replies: SnmpReplies) -> dict[int, str]:
    """Return the ifIndex of each bridge port; empty where the agent tells none."""
    found = {}
    for port, value in column(replies, BASE_PORT_IF_INDEX).items():
        index = as_number(value)
        if index and port.isdecimal():
            found[int(port)] = str(index)
    return found


def ethernet_indexes(replies: SnmpReplies) -> frozenset[str]:
    """Return the ifIndexes of Ethernet interfaces: no aggregates, no VLAN interfaces."""
    kinds = column(replies, if_mib.IF_TYPE)
    return frozenset(index for index, kind in kinds.items() if as_number(kind) in ETHERNET_TYPES)
