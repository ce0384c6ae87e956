"""Any switch that has no driver of its own, by the standard MIBs, over SNMP."""

from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part
from collectors.facts.facts import Facts
from collectors.readers.mibs import bridge_stp, switch_mibs, system_group
from collectors.readers.mibs.snmp_tables import scalar, text
from collectors.replies import SnmpReplies

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Switches by the standard MIBs, over SNMP"
DEVICE_CLASS = "switch"

PROBE_SOFTWARE = "1.3.6.1.2.1.16.19.2.0"  # probeSoftwareRev (RMON2-MIB)
BRIDGE_PORTS = "1.3.6.1.2.1.17.1.2.0"  # dot1dBaseNumPorts

ASKS = switch_mibs.asks(PROBE_SOFTWARE)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {**switch_mibs.NEEDS, "firmware": "an SNMP view with 1.3.6.1.2.1.16.19 and 1.3.6.1.2.1.47 (read only)"}
GENTLE = Gentle(questions_per_s=20, repetitions_count=10)
MATCHES = Matches(
    sys_descr=(r"(?i)\bswitch\b",), probes=(BRIDGE_PORTS, bridge_stp.PROTOCOL), rank=800
)  # every vendor's own driver goes first


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and serial number of the only chassis; who made it is not told."""
    return switch_mibs.identity(replies, None)


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the software revision of the only chassis, else of its RMON probe; the product is not known."""
    chassis = switch_mibs.only_chassis(replies)
    return switch_mibs.firmware(
        replies, "", (chassis.version if chassis else None) or text(scalar(replies, PROBE_SOFTWARE))
    )


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a switch."""
    return switch_mibs.facts(replies, read_identity, read_firmware)
