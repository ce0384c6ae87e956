"""Barracuda CloudGen Firewall (before: NG Firewall), over SNMP (PHION-MIB). It tells neither version nor model."""

from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.firewall import Tunnel
from collectors.readers.mibs import appliance_identity, appliance_mibs, if_mib, system_group
from collectors.readers.mibs.snmp_tables import need
from collectors.replies import SnmpReplies, as_number, as_text

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Barracuda CloudGen Firewall, over SNMP"
DEVICE_CLASS = "firewall"

PHION = "1.3.6.1.4.1.10704.1"
TUNNEL_NAME = f"{PHION}.6.1.1"  # vpnName
TUNNEL_STATE = f"{PHION}.6.1.2"  # vpnState

ASKS = (*system_group.ASKS, *if_mib.ASKS, TUNNEL_NAME, TUNNEL_STATE)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "identity": "an SNMP view with 1.3.6.1.2.1.1 (read only)",
    "tunnels": "an SNMP view with 1.3.6.1.4.1.10704.1.6 (read only)",
    "interfaces": "an SNMP view with 1.3.6.1.2.1.2 and 1.3.6.1.2.1.31 (read only)",
}
GENTLE = Gentle(questions_per_s=20, repetitions_count=10)
MATCHES = Matches(sys_object_ids=(PHION,), sys_descr=(r"^Barracuda (?:NG |CloudGen )?Firewall",))

STANDS = {-1: False, 1: True}  # down, active
SWITCHED_OFF = 0  # down-disabled
_NO_VERSION = Gap(reason=GapReason.NOT_TOLD, text="is not told over SNMP by this make")


def read_firmware(_replies: SnmpReplies) -> Part:
    """Return no firmware, with the reason: the MIB has no version."""
    return Part(None, {"version": _NO_VERSION})


def read_tunnels(replies: SnmpReplies) -> Part:
    """Return the site-to-site tunnels that are not switched off."""
    need(replies, TUNNEL_STATE)
    states = replies.column(TUNNEL_STATE)
    tunnels: dict[str, Tunnel] = {}
    for index, value in replies.column(TUNNEL_NAME).items():
        state = as_number(states.get(index))
        if state != SWITCHED_OFF:
            name = as_text(value) or index
            tunnels[name] = Tunnel(name=name, up=None if state is None else STANDS.get(state))
    return Part(tuple(tunnels.values()) or None, complete=replies.complete(TUNNEL_NAME, TUNNEL_STATE))


SECTIONS: Sections[SnmpReplies] = {
    "firmware": read_firmware,
    "tunnels": read_tunnels,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a Barracuda firewall."""
    return appliance_mibs.facts(
        replies,
        lambda told_by: appliance_identity.read_identity(told_by, vendor="Barracuda"),
        SECTIONS,
        device_class=DEVICE_CLASS,
    )
