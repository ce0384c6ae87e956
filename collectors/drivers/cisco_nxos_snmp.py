"""Cisco Nexus switches with NX-OS, over SNMP."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.facts.gaps import NOT_TOLD, Gap
from collectors.facts.scalars import Span
from collectors.readers.mibs import cisco_state, cisco_switch_mibs, entity_sensors, switch_mibs, system_group
from collectors.readers.mibs.part_tables import read_parts
from collectors.replies import SnmpReplies

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Cisco NX-OS, over SNMP"
DEVICE_CLASS = "switch"

ASKS = switch_mibs.asks(*cisco_switch_mibs.ASKS)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    **switch_mibs.NEEDS,
    "firmware": "an SNMP view with 1.3.6.1.2.1.1 (read only)",
    "config": "an SNMP view with 1.3.6.1.4.1.9.9.43 (read only)",
    "power_supplies": "an SNMP view with 1.3.6.1.4.1.9.9.117 (read only)",
    "temperatures": "an SNMP view with 1.3.6.1.4.1.9.9.91 (read only)",
    "vlans": "an SNMP view with 1.3.6.1.4.1.9.9.46 and 1.3.6.1.4.1.9.9.68 (read only)",
}
GENTLE = Gentle(questions_per_s=30, repetitions_count=20)
MATCHES = Matches(sys_object_ids=("1.3.6.1.4.1.9.12.3.1.3",), sys_descr=(r"\bNX-OS\b",))

_VERSION = re.compile(r"\bVersion (?P<version>\d+\.\d+\(\d+[\w.]*\)[\w.()]*)", re.ASCII)
_COMPILED = re.compile(r"\bCompiled (?P<day>\d{1,2}/\d{1,2}/\d{4})\b", re.ASCII)  # month/day/year


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and serial number of the only chassis."""
    return switch_mibs.identity(replies, "Cisco")


def read_firmware(replies: SnmpReplies) -> Part:
    """Return version and compile day from sysDescr; the years of the copyright are no release."""
    words = switch_mibs.description(replies)
    version = _VERSION.search(words)
    return switch_mibs.firmware(replies, "nx-os", version["version"] if version else None, _released(words))


def _released(words: str) -> Span | Gap:
    compiled = _COMPILED.search(words)
    return switch_mibs.built_month_first(compiled["day"]) if compiled else NOT_TOLD


SECTIONS: Sections[SnmpReplies] = {
    **cisco_switch_mibs.READERS,
    "power_supplies": lambda told_replies: read_parts(told_replies, cisco_state.SUPPLIES),
    "fans": lambda told_replies: read_parts(told_replies, cisco_state.FANS),
    "temperatures": entity_sensors.read_cisco_temperatures,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a Nexus switch."""
    return switch_mibs.facts(replies, read_identity, read_firmware, SECTIONS)
