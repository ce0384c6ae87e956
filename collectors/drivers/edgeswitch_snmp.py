"""Ubiquiti EdgeSwitch and UniFi switches with Broadcom's FASTPATH, over SNMP."""

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
TITLE = "Ubiquiti EdgeSwitch and UniFi switches (FASTPATH), over SNMP"
DEVICE_CLASS = "switch"

FASTPATH = fastpath.Fastpath("1.3.6.1.4.1.4413.1.1")

ASKS = switch_mibs.asks(*FASTPATH.asks)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    **switch_mibs.NEEDS,
    "firmware": "an SNMP view with 1.3.6.1.2.1.1 (read only)",
    "fans": "an SNMP view with 1.3.6.1.4.1.4413 (read only)",
}
GENTLE = Gentle(questions_per_s=15, repetitions_count=10)
MATCHES = Matches(sys_object_ids=("1.3.6.1.4.1.4413",), sys_descr=(r"^(?:EdgeSwitch|EdgePoint|ES-|EP-|USW?-)",))

# 'EdgeSwitch 24-Port 250W, 1.8.0.5106045, Linux 3.6.5-1b505fb7, 0.0.0.0' | 'US-24-250W, 4.3.13.11253, Linux 3.6.5'
_DESCRIBED = re.compile(r"^(?P<model>[^,]+), v?(?P<version>\d+(?:\.\d+){2,3})(?:,|$)", re.ASCII)
_UNIFI = re.compile(r"^USW?-", re.ASCII)
_OURS = re.compile(r"^(?:Edge|E[SP]-|USW?-|UniFi)", re.ASCII)


def _described(replies: SnmpReplies) -> re.Match[str] | None:
    return _DESCRIBED.match(switch_mibs.description(replies))


def _model(replies: SnmpReplies) -> str | None:
    described = _described(replies)
    return described["model"] if described else text(scalar(replies, FASTPATH.model))


def _serial(replies: SnmpReplies) -> str | None:
    chassis = switch_mibs.only_chassis(replies)
    return (chassis.serial if chassis else None) or text(scalar(replies, FASTPATH.serial))


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and serial number; others use Broadcom's sysObjectID too: no maker then."""
    maker = "Ubiquiti" if _OURS.match(_model(replies) or "") else None
    return switch_mibs.identity(replies, maker, model=_model(replies), serial=_serial(replies))


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version; no day is told."""
    described = _described(replies)
    product = "unifi" if _UNIFI.match(_model(replies) or "") else "edgeswitch"
    version = described["version"] if described else text(scalar(replies, FASTPATH.version))
    return switch_mibs.firmware(replies, product if _OURS.match(_model(replies) or "") else "", version)


SECTIONS: Sections[SnmpReplies] = {
    "fans": lambda told: read_parts(told, FASTPATH.fans),
    "power_supplies": lambda told: read_parts(told, FASTPATH.supplies),
    "temperatures": lambda told: read_temperatures(told, FASTPATH.temperatures),
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of an EdgeSwitch."""
    return switch_mibs.facts(replies, read_identity, read_firmware, SECTIONS, serial=_serial)
