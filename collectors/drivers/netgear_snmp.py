"""Netgear switches (Smart, Insight and fully managed), over SNMP."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.readers.mibs import switch_mibs, system_group
from collectors.readers.mibs.part_tables import read_parts, read_temperatures
from collectors.readers.mibs.snmp_tables import scalar, text
from collectors.readers.small_switches import fastpath
from collectors.replies import SnmpReplies

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Netgear switches, over SNMP"
DEVICE_CLASS = "switch"

MANAGED = fastpath.Fastpath("1.3.6.1.4.1.4526.10")
SMART = fastpath.Fastpath("1.3.6.1.4.1.4526.11")

ASKS = switch_mibs.asks(*MANAGED.asks, *SMART.asks)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    **switch_mibs.NEEDS,
    "firmware": "an SNMP view with 1.3.6.1.2.1.1 (read only)",
    "fans": "an SNMP view with 1.3.6.1.4.1.4526 (read only)",
}
GENTLE = Gentle(questions_per_s=10, repetitions_count=10)
MATCHES = Matches(sys_object_ids=("1.3.6.1.4.1.4526.100",), sys_descr=(r"(?i)\bPro ?Safe\b", r"(?i)^Netgear\b"))

# 'GS724Tv4 ProSafe 24-port Gigabit Ethernet Smart Switch, 6.3.1.11, B1.0.0.4'
_DESCRIBED = re.compile(
    r"^(?:NETGEAR )?(?P<model>[A-Z]{1,4}\d[\w-]*).*?, (?P<version>\d+(?:\.\d+){2,3})(?:, (?P<boot>B?\d[\w.-]*))?$",
    re.ASCII,
)


def _described(replies: SnmpReplies) -> re.Match[str] | None:
    return _DESCRIBED.match(switch_mibs.description(replies))


def _told(replies: SnmpReplies, name: str) -> str | None:
    return switch_mibs.first(text(scalar(replies, getattr(branch, name))) for branch in (MANAGED, SMART))


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and serial number."""
    described = _described(replies)
    model = described["model"] if described else _told(replies, "model")
    return switch_mibs.identity(replies, "Netgear", model=model, serial=_told(replies, "serial"))


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version; no day is told."""
    described = _described(replies)
    return switch_mibs.firmware(replies, "netgear", described["version"] if described else _told(replies, "version"))


def read_components(replies: SnmpReplies) -> Part:
    """Return the parts with the boot loader that sysDescr names."""
    described = _described(replies)
    return switch_mibs.components(replies, {"boot loader": described["boot"] if described else None})


SECTIONS: Sections[SnmpReplies] = {
    "components": read_components,
    "fans": lambda told: read_parts(told, MANAGED.fans, SMART.fans),
    "power_supplies": lambda told: read_parts(told, MANAGED.supplies, SMART.supplies),
    "temperatures": lambda told: read_temperatures(told, MANAGED.temperatures, SMART.temperatures),
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a Netgear switch."""
    return switch_mibs.facts(
        replies, read_identity, read_firmware, SECTIONS, serial=lambda told_by: _told(told_by, "serial")
    )
