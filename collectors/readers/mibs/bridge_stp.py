"""Spanning tree by the BRIDGE-MIB (RFC 4188) and RSTP-MIB (RFC 4318)."""

import re

from collectors.driver import Part
from collectors.facts.gaps import NOT_TOLD, Gap, GapReason
from collectors.facts.sections.network import Stp
from collectors.readers.mibs.snmp_tables import column, mac_address, scalar
from collectors.replies import SnmpReplies, SnmpValue, as_number, as_text
from collectors.told import Teller, told

DOT1D = "1.3.6.1.2.1.17"
BRIDGE_ADDRESS = f"{DOT1D}.1.1.0"
PROTOCOL = f"{DOT1D}.2.1.0"  # dot1dStpProtocolSpecification: 1 unknown, 2 decLb100, 3 ieee8021d
TOP_CHANGES = f"{DOT1D}.2.4.0"
ROOT = f"{DOT1D}.2.5.0"  # dot1dStpDesignatedRoot: two octets of priority, then the address
ROOT_PORT = f"{DOT1D}.2.7.0"  # 0 at the root itself
VERSION = f"{DOT1D}.2.16.0"  # dot1dStpVersion
PORT_STATE = f"{DOT1D}.2.15.1.3"
PORT_ENABLE = f"{DOT1D}.2.15.1.4"

ASKS = (BRIDGE_ADDRESS, PROTOCOL, TOP_CHANGES, ROOT, ROOT_PORT, VERSION, PORT_STATE, PORT_ENABLE)

MODES = {0: "stp", 2: "rstp", 3: "mstp"}  # 3: IEEE8021-MSTP agents
BLOCKING, LISTENING, LEARNING = 2, 3, 4
PORT_DISABLED = 2
_NOT_CERTAIN = Gap(
    reason=GapReason.NOT_TOLD,
    text="is not certain: the bridge names itself as root and has seen no change, as it would with spanning tree off",
)
_BRIDGE_ID = re.compile(r"\d{1,5}[/. ](?P<address>(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2})", re.IGNORECASE | re.ASCII)


def read_stp(replies: SnmpReplies, extra: dict[str, Teller] | None = None) -> Part:
    """Return whether spanning tree runs, its mode, the root's address, the count of changes; None without any object.

    `extra` holds a vendor's own tellers, which replace the general ones.
    """
    if all(scalar(replies, oid) is None for oid in (PROTOCOL, ROOT, TOP_CHANGES)) and not extra:
        replies.value(ROOT)  # raises what hindered it
        return Part(None)
    tellers: dict[str, Teller] = {
        "enabled": lambda: is_running(replies),
        "mode": lambda: MODES.get(_number(replies, VERSION, -1)) if is_running(replies) is True else None,
        "root": lambda: root_address(scalar(replies, ROOT)) if is_running(replies) is True else None,
        "changes_count": lambda: replies.number(TOP_CHANGES),
    }
    return told(Stp, tellers | (extra or {}))


def is_running(replies: SnmpReplies) -> bool | Gap:
    """Return whether spanning tree runs; the MIB has no object for it, so it must show.

    It runs when there is a root port, another root, a port that it holds back, or a change that it counted. It does not
    when it is off at every port, or names no root.
    """
    root, own = root_address(scalar(replies, ROOT)), mac_address(scalar(replies, BRIDGE_ADDRESS))
    states = {as_number(value) for value in column(replies, PORT_STATE).values()}
    switches = {as_number(value) for value in column(replies, PORT_ENABLE).values()}
    if _number(replies, ROOT_PORT, 0) > 0 and switches != {PORT_DISABLED}:
        return True
    if switches == {PORT_DISABLED} and replies.complete(PORT_ENABLE):
        return False
    if root is None:
        return NOT_TOLD if scalar(replies, ROOT) is None else False
    if (own is not None and root != own) or states & {BLOCKING, LISTENING, LEARNING}:
        return True
    return True if _number(replies, TOP_CHANGES, 0) > 0 else _NOT_CERTAIN


def root_address(value: SnmpValue | None) -> str | None:
    """Return the address in a bridge identifier, of octets or of a text such as '32768/00:11:22:33:44:55'."""
    if value is None:
        return None
    if isinstance(value.raw, bytes) and len(value.raw) == 8:
        return mac_address(SnmpValue("octets", value.raw[2:]))
    written = _BRIDGE_ID.fullmatch(as_text(value) or "")
    return mac_address(SnmpValue("octets", written["address"].encode())) if written else None


def _number(replies: SnmpReplies, oid: str, otherwise: int) -> int:
    number = as_number(scalar(replies, oid))
    return otherwise if number is None else number
