"""Arista switches with EOS, over SNMP."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.readers.mibs import entity_sensors, switch_mibs, system_group
from collectors.replies import SnmpReplies

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Arista EOS, over SNMP"
DEVICE_CLASS = "switch"

ASKS = switch_mibs.asks(*entity_sensors.STATE_ASKS)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    **switch_mibs.NEEDS,
    "firmware": "an SNMP view with 1.3.6.1.2.1.1 (read only)",
    "fans": "an SNMP view with 1.3.6.1.2.1.131 (read only)",
}
GENTLE = Gentle(questions_per_s=30, repetitions_count=20)
MATCHES = Matches(sys_object_ids=("1.3.6.1.4.1.30065.1",), sys_descr=(r"^Arista Networks EOS version ",))

_DESCRIBED = re.compile(
    r"^Arista Networks EOS version (?P<version>[\w.-]+)(?: running on an? Arista (?:Networks )?(?P<model>\S+))?",
    re.ASCII,
)


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and serial number."""
    described = _DESCRIBED.match(switch_mibs.description(replies))
    return switch_mibs.identity(replies, "Arista", model=described["model"] if described else None)


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version; no day is told."""
    described = _DESCRIBED.match(switch_mibs.description(replies))
    return switch_mibs.firmware(replies, "arista-eos", described["version"] if described else None)


SECTIONS: Sections[SnmpReplies] = {
    "fans": entity_sensors.read_fans,
    "power_supplies": entity_sensors.read_power_supplies,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of an Arista switch."""
    return switch_mibs.facts(replies, read_identity, read_firmware, SECTIONS)
