"""Aruba Instant access points and their virtual controller, over SNMP (AI-AP-MIB)."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.facts.sections.system import Component
from collectors.facts.sections.wireless import AccessPoint, Ssid
from collectors.readers.mibs import appliance_identity, appliance_mibs, if_mib, switch_mibs, system_group
from collectors.readers.mibs.snmp_tables import column, need, numbered, ordered, text
from collectors.replies import SnmpReplies, as_number, as_text

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Aruba Instant, over SNMP"
DEVICE_CLASS = "access point"

INSTANT = "1.3.6.1.4.1.14823.2.3.3.1"
SSID = f"{INSTANT}.1.7.1.2"  # aiSSID
SSID_STATUS = f"{INSTANT}.1.7.1.3"  # aiSSIDStatus: 0 enabled, 1 disabled
AP_NAME = f"{INSTANT}.2.1.1.2"  # aiAPName, by the access point's address
AP_SERIAL = f"{INSTANT}.2.1.1.4"
AP_MODEL = f"{INSTANT}.2.1.1.6"
AP_STATUS = f"{INSTANT}.2.1.1.11"  # aiAPStatus: 1 up, 2 down

ASKS = (*system_group.ASKS, *if_mib.ASKS, SSID, SSID_STATUS, AP_NAME, AP_SERIAL, AP_MODEL, AP_STATUS)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "firmware": "an SNMP community or user on the virtual controller (read only)",
    "access_points": "an SNMP community or user on the virtual controller (read only)",
    "ssids": "an SNMP community or user on the virtual controller (read only)",
    "interfaces": "an SNMP community or user on the virtual controller (read only)",
}
GENTLE = Gentle(questions_per_s=10, repetitions_count=10)
MATCHES = Matches(sys_object_ids=("1.3.6.1.4.1.14823.1.2",), probes=(f"{INSTANT}.1.4.0",))

ENABLED = 0
ONLINE = {1: True, 2: False}

_DESCRIBED = re.compile(r"^Aruba(?:OS| AP).*?\(MODEL: (?:AP-)?(?P<model>[^)]+)\), Version (?P<version>\S+)", re.ASCII)


def _described(replies: SnmpReplies) -> re.Match[str] | None:
    return _DESCRIBED.match(switch_mibs.description(replies))


def _serial(replies: SnmpReplies) -> str | None:
    """Return the serial number of an access point that is alone; a cluster's members have theirs as components."""
    serials = column(replies, AP_SERIAL)
    return text(next(iter(serials.values()))) if len(serials) == 1 else None


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with the model of the access point that answers."""
    need(replies, AP_SERIAL)
    described = _described(replies)
    return appliance_identity.read_identity(
        replies, "HPE Aruba", described["model"] if described else None, _serial(replies)
    )


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version; no day is told."""
    described = _described(replies)
    return switch_mibs.firmware(replies, "aruba-instant", described["version"].rstrip(",") if described else None)


def _names(replies: SnmpReplies) -> dict[str, str]:
    names = replies.column(AP_NAME)
    rows = ordered(names)
    return dict(zip(rows, numbered(as_text(names[row]) or row for row in rows), strict=True))


def read_access_points(replies: SnmpReplies) -> Part:
    """Return the access points of the cluster."""
    models, states = column(replies, AP_MODEL), column(replies, AP_STATUS)
    points = tuple(
        AccessPoint(name=name, model=text(models.get(row)), online=ONLINE.get(as_number(states.get(row)) or 0))
        for row, name in _names(replies).items()
    )
    return Part(points or None, complete=replies.complete(AP_NAME, AP_STATUS))


def read_components(replies: SnmpReplies) -> Part:
    """Return the access points with their serial numbers, where there are several."""
    serials, models = column(replies, AP_SERIAL), column(replies, AP_MODEL)
    parts = tuple(
        Component(name=name, kind="other", model=text(models.get(row)), serial=text(serials.get(row)))
        for row, name in _names(replies).items()
    )
    return Part(parts if len(parts) > 1 else None, complete=replies.complete(AP_NAME, AP_SERIAL))


def read_ssids(replies: SnmpReplies) -> Part:
    """Return the networks that are switched on; how they are secured is not told."""
    need(replies, SSID_STATUS)
    names, states = replies.column(SSID), column(replies, SSID_STATUS)
    told = {as_text(value) for row, value in names.items() if as_number(states.get(row)) in {ENABLED, None}}
    networks = tuple(Ssid(name=name) for name in sorted(name for name in told if name))
    return Part(networks or None, complete=replies.complete(SSID, SSID_STATUS))


SECTIONS: Sections[SnmpReplies] = {
    "firmware": read_firmware,
    "components": read_components,
    "access_points": read_access_points,
    "ssids": read_ssids,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of an Instant cluster or access point."""
    return appliance_mibs.facts(replies, read_identity, SECTIONS, serial=_serial, device_class=DEVICE_CLASS)
