"""How many ports a switch has and how many stand free, by the IF-MIB (RFC 2863)."""

import re

from collectors.driver import Part
from collectors.facts.sections.network import Ports
from collectors.readers.mibs import if_mib, port_names
from collectors.readers.mibs.snmp_tables import column
from collectors.replies import SnmpReplies, as_number

ASKS = (*port_names.ASKS, if_mib.IF_OPER_STATUS)

FREE = frozenset({2, 6, 7})  # ifOperStatus: down, notPresent, lowerLayerDown
IN_USE = frozenset({1, 5})  # up, dormant
# Ports for the administrator, and Ethernet that is only software: neither takes a workstation's cable.
_NOT_FOR_USERS = re.compile(
    r"^(?:mgmt|management|oob|ma\d|fxp\d|fa0$|gi0/0$|gigabitethernet0/0$|em\d|me\d|vme|bme|cpu|console|usb"
    r"|vlan|vl\d|irb|lo\d|loopback|null|tun|br|po\d|port-?channel|lag|trk|ae\d|bond|stack|internal|service"
    r"|virtual|veth|appgig|ap\d/|bluetooth|wlan|wifi|ath\d|ra\d)",
    re.IGNORECASE,
)


def read_ports(replies: SnmpReplies) -> Part:
    """Return the count of Ethernet ports for users, and of those without a link; None where no interface is told.

    Both stay open when a port's state is not told as up or down. ifConnectorPresent does not help: for some agents it
    is the port, for others (NX-OS, AOS-CX) the plugged transceiver.
    """
    kinds, states = replies.column(if_mib.IF_TYPE), column(replies, if_mib.IF_OPER_STATUS)
    names = port_names.interface_names(replies)
    ports = [
        index
        for index in kinds.keys() & port_names.ethernet_indexes(replies)
        if not _NOT_FOR_USERS.match(names.get(index, ""))
    ]
    told_states = [as_number(states.get(index)) for index in ports]
    certain = all(state in FREE | IN_USE for state in told_states)
    if not ports or not certain or not replies.complete(if_mib.IF_TYPE, if_mib.IF_OPER_STATUS, if_mib.IF_DESCR):
        return Part(None)
    return Part(Ports(total_count=len(ports), free_count=sum(state in FREE for state in told_states)))
