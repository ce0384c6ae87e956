"""Ruckus access points, Unleashed and ZoneDirector, over SNMP."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.facts.sections.wireless import AccessPoint
from collectors.readers.mibs import appliance_identity, appliance_mibs, if_mib, switch_mibs, system_group
from collectors.readers.mibs.snmp_tables import column, numbered, ordered, scalar, text
from collectors.readers.small_switches import radlan
from collectors.replies import SnmpReplies, as_number, as_text

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Ruckus access points, Unleashed and ZoneDirector, over SNMP"
DEVICE_CLASS = None

RUCKUS = "1.3.6.1.4.1.25053.1"
# RUCKUS-UNLEASHED-SYSTEM-MIB and RUCKUS-ZD-SYSTEM-MIB have the same objects
CONTROLLERS = (f"{RUCKUS}.15.1.1.1.1", f"{RUCKUS}.2.1.1.1.1")
CONTROLLER_MODELS = tuple(f"{branch}.9.0" for branch in CONTROLLERS)
CONTROLLER_SERIALS = tuple(f"{branch}.15.0" for branch in CONTROLLERS)
CONTROLLER_VERSIONS = tuple(f"{branch}.18.0" for branch in CONTROLLERS)
AP_MODEL = f"{RUCKUS}.1.2.1.1.1.1.0"  # ruckusHwInfoModelNumber (RUCKUS-HWINFO-MIB)
AP_SERIAL = f"{RUCKUS}.1.2.1.1.1.2.0"  # ruckusHwInfoSerialNumber
AP_VERSION = f"{RUCKUS}.1.3.1.1.1.1.1.3"  # ruckusSwRevisionVersion (RUCKUS-SWINFO-MIB)
MANAGED_NAME = f"{RUCKUS}.2.2.1.1.2.1.1.2"  # ruckusZDWLANAPDescription (RUCKUS-ZD-WLAN-MIB)
MANAGED_STATUS = f"{RUCKUS}.2.2.1.1.2.1.1.3"  # ruckusZDWLANAPStatus: 0 disconnected, 1 connected
MANAGED_MODEL = f"{RUCKUS}.2.2.1.1.2.1.1.4"
MANAGED_VERSION = f"{RUCKUS}.2.2.1.1.2.1.1.7"

ASKS = (
    *system_group.ASKS, *if_mib.ASKS, *CONTROLLER_MODELS, *CONTROLLER_SERIALS, *CONTROLLER_VERSIONS, AP_MODEL,
    AP_SERIAL, AP_VERSION, MANAGED_NAME, MANAGED_STATUS, MANAGED_MODEL, MANAGED_VERSION,
)  # fmt: skip
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "firmware": "an SNMP community or user (read only)",
    "identity": "an SNMP community or user (read only)",
    "access_points": "an SNMP community or user of the controller (read only)",
}
GENTLE = Gentle(questions_per_s=10, repetitions_count=10)
MATCHES = Matches(sys_object_ids=("1.3.6.1.4.1.25053.3",), probes=(AP_MODEL, *CONTROLLER_VERSIONS))

CONNECTED = {0: False, 1: True}

_VERSION = re.compile(r"^v?(?P<version>\d+(?:\.\d+){2,4})(?: build (?P<build>\d+))?", re.ASCII)


def _told(replies: SnmpReplies, *oids: str) -> str | None:
    return switch_mibs.first(text(scalar(replies, oid)) for oid in oids)


def _serial(replies: SnmpReplies) -> str | None:
    return _told(replies, *CONTROLLER_SERIALS, AP_SERIAL)


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and serial number."""
    model = _told(replies, *CONTROLLER_MODELS, AP_MODEL)
    return appliance_identity.read_identity(replies, "Ruckus", model, _serial(replies))


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version with its build as the fifth number; no day is told."""
    words = _told(replies, *CONTROLLER_VERSIONS) or radlan.first_text(replies, AP_VERSION)
    found = _VERSION.match(words or "")
    version = ".".join(part for part in found.groups() if part) if found else None
    return switch_mibs.firmware(replies, "ruckus", version)


def read_access_points(replies: SnmpReplies) -> Part:
    """Return the access points that a controller knows."""
    states, names = replies.column(MANAGED_STATUS), column(replies, MANAGED_NAME)
    models, versions = column(replies, MANAGED_MODEL), column(replies, MANAGED_VERSION)
    rows = ordered(states)
    keys = numbered(as_text(names.get(row)) or row for row in rows)
    points = tuple(
        AccessPoint(
            name=key,
            model=text(models.get(row)),
            version=text(versions.get(row)),
            online=CONNECTED.get(number) if (number := as_number(states[row])) is not None else None,
        )
        for key, row in zip(keys, rows, strict=True)
    )
    return Part(points or None, complete=replies.complete(MANAGED_STATUS, MANAGED_NAME))


def _device_class(replies: SnmpReplies) -> str | None:
    if _told(replies, CONTROLLER_VERSIONS[1]):
        return "wireless controller"
    return "access point" if _told(replies, AP_MODEL, CONTROLLER_VERSIONS[0]) else None


SECTIONS: Sections[SnmpReplies] = {
    "firmware": read_firmware,
    "access_points": read_access_points,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a Ruckus access point or controller."""
    return appliance_mibs.facts(replies, read_identity, SECTIONS, serial=_serial, device_class=_device_class)
