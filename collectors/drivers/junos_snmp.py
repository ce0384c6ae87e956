"""Juniper devices with Junos: EX and QFX switches, SRX firewalls, MX and ACX routers, over SNMP."""

import re
from datetime import date
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.errors import UnexpectedReply
from collectors.facts.facts import Facts
from collectors.facts.gaps import NOT_TOLD, Gap
from collectors.facts.scalars import Span
from collectors.facts.sections.network import StackMember, Vlan
from collectors.facts.sections.system import Component
from collectors.readers.mibs import entity_mib, switch_mibs, system_group
from collectors.readers.mibs.part_states import BAD, OPEN, WELL, Conditions
from collectors.readers.mibs.part_tables import PartTable, TemperatureTable, read_parts, read_temperatures
from collectors.readers.mibs.snmp_tables import column, need, ordered, scalar, text
from collectors.replies import SnmpReplies, as_number, as_text

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Juniper Junos, over SNMP"
DEVICE_CLASS = None

JUNIPER = "1.3.6.1.4.1.2636.3"
BOX_DESCR = f"{JUNIPER}.1.2.0"  # jnxBoxDescr
BOX_SERIAL = f"{JUNIPER}.1.3.0"  # jnxBoxSerialNo
PART_DESCR = f"{JUNIPER}.1.13.1.5"  # jnxOperatingDescr, by kind of part and place (JUNIPER-MIB)
PART_STATE = f"{JUNIPER}.1.13.1.6"  # jnxOperatingState
PART_TEMPERATURE = f"{JUNIPER}.1.13.1.7"  # degrees Celsius, 0 without a sensor
MEMBER_SERIAL = f"{JUNIPER}.40.1.4.1.1.1.2"  # jnxVirtualChassisMemberSerialnumber
MEMBER_MODEL = f"{JUNIPER}.40.1.4.1.1.1.8"
OLD_VLAN_NAME = f"{JUNIPER}.40.1.5.1.5.1.2"  # jnxExVlanName
OLD_VLAN_TAG = f"{JUNIPER}.40.1.5.1.5.1.5"  # jnxExVlanTag
INSTALLED = "1.3.6.1.2.1.25.6.3.1.2"  # hrSWInstalledName (HOST-RESOURCES-MIB)
VLAN_NAME = f"{JUNIPER}.48.1.3.1.1.2"  # jnxL2aldVlanName
VLAN_TAG = f"{JUNIPER}.48.1.3.1.1.3"

ASKS = switch_mibs.asks(
    BOX_DESCR, BOX_SERIAL, PART_DESCR, PART_STATE, PART_TEMPERATURE, MEMBER_SERIAL, MEMBER_MODEL, OLD_VLAN_NAME,
    OLD_VLAN_TAG, VLAN_NAME, VLAN_TAG, INSTALLED,
)  # fmt: skip
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    **switch_mibs.NEEDS,
    "firmware": "an SNMP view with 1.3.6.1.2.1.1 (read only)",
    "fans": "an SNMP view with 1.3.6.1.4.1.2636.3.1 (read only)",
    "stack": "an SNMP view with 1.3.6.1.4.1.2636.3.40 (read only)",
    "vlans": "an SNMP view with 1.3.6.1.4.1.2636.3.40 and 1.3.6.1.4.1.2636.3.48 (read only)",
}
GENTLE = Gentle(questions_per_s=15, repetitions_count=10)
MATCHES = Matches(sys_object_ids=("1.3.6.1.4.1.2636.1.1.1",), sys_descr=(r"\bJUNOS\b",))

# jnxOperatingState: unknown, running, ready, reset, running at full speed (fans), down, off, standby
STATES: Conditions = {1: OPEN, 2: WELL, 3: WELL, 4: BAD, 5: WELL, 6: BAD, 7: WELL}
SUPPLY_KIND, FAN_KIND = "2", "4"  # jnxOperatingContentsIndex
LAST_VLAN = 4094
_CLASSES = (
    (re.compile(r"^(?:ex|qfx|ocx)\d", re.IGNORECASE), "switch"),
    (re.compile(r"^v?srx", re.IGNORECASE), "firewall"),
    (re.compile(r"^(?:v?mx|acx|ptx)\d", re.IGNORECASE), "router"),
)
_MODEL = re.compile(r"Juniper Networks, Inc\.,? (?P<model>\S+)", re.ASCII)
_VERSION = re.compile(r"\bkernel JUNOS (?P<version>\d[\w.:-]*?)(?=[,\s]|$)", re.ASCII)
_INSTALLED = re.compile(
    r"^JUNOS (?:Software Release|Base OS Software Suite|OS Kernel.*?) \[(?P<version>\d[\w.:-]*)\]", re.ASCII
)
_BUILT = re.compile(r"\bBuild date: (?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)\b", re.ASCII)


def _words(replies: SnmpReplies) -> str:
    return switch_mibs.description(replies)


def _model(replies: SnmpReplies) -> str | None:
    found = _MODEL.search(_words(replies))
    return found["model"] if found else None


def _serial(replies: SnmpReplies) -> str | None:
    return text(scalar(replies, BOX_SERIAL)) if len(column(replies, MEMBER_SERIAL)) <= 1 else None


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and serial number; a virtual chassis has no serial number of its own."""
    need(replies, MEMBER_SERIAL)
    return switch_mibs.identity(replies, "Juniper", model=_box(replies) or _model(replies), serial=_serial(replies))


def _box(replies: SnmpReplies) -> str | None:
    """Return the chassis's description where it names a single one."""
    described = text(scalar(replies, BOX_DESCR))
    return described if described and "Virtual Chassis" not in described else None


def read_firmware(replies: SnmpReplies) -> Part:
    """Return version and build day, where a person has changed sysDescr the installed software's version alone."""
    version = _VERSION.search(_words(replies))
    installed = (_INSTALLED.search(as_text(name) or "") for name in column(replies, INSTALLED).values())
    known = version or next((found for found in installed if found), None)
    return switch_mibs.firmware(replies, "junos", known["version"] if known else None, _released(_words(replies)))


def _released(words: str) -> Span | Gap:
    built = _BUILT.search(words)
    if not built:
        return NOT_TOLD
    try:
        return Span.built_on(date(int(built["year"]), int(built["month"]), int(built["day"])))
    except ValueError as error:
        raise UnexpectedReply(f"is told as {built[0]!r}, which is no day") from error


def _parts(kind: str) -> PartTable:
    return PartTable(
        PART_STATE,
        STATES,
        PART_DESCR,
        "part {}".format,
        rows=lambda replies: {row for row in column(replies, PART_STATE) if row.partition(".")[0] == kind},
    )


def read_components(replies: SnmpReplies) -> Part:
    """Return the parts by the ENTITY-MIB, with the members of a virtual chassis."""
    part = entity_mib.read_components(replies)
    models = column(replies, MEMBER_MODEL)
    members = [
        Component(name=f"member {row}", kind="other", model=as_text(models.get(row)), serial=text(serial))
        for row, serial in column(replies, MEMBER_SERIAL).items()
    ]
    return Part((*(part.value or ()), *members) or None, part.gaps, part.complete)


def read_stack(replies: SnmpReplies) -> Part:
    """Return the members of a virtual chassis that are there."""
    serials = replies.column(MEMBER_SERIAL)
    members = tuple(StackMember(name=row, state="ready") for row in ordered(serials))
    return Part(members if len(members) > 1 else None, complete=replies.complete(MEMBER_SERIAL))


def read_vlans(replies: SnmpReplies) -> Part:
    """Return the VLANs by their tags: in Junos the index of the Q-BRIDGE-MIB's tables is none."""
    found: dict[int, str | None] = {}
    for tags, names in ((VLAN_TAG, VLAN_NAME), (OLD_VLAN_TAG, OLD_VLAN_NAME)):
        named = column(replies, names)
        for row, value in replies.column(tags).items():
            tag = as_number(value)
            if tag and tag <= LAST_VLAN:
                found.setdefault(tag, (as_text(named.get(row)) or "").partition("+")[0] or None)
    vlans = tuple(Vlan(number=number, name=name) for number, name in sorted(found.items()))
    return Part(vlans or None, complete=replies.complete(VLAN_TAG, OLD_VLAN_TAG))


def _device_class(replies: SnmpReplies) -> str | None:
    for words in (_model(replies) or "", text(scalar(replies, BOX_DESCR)) or ""):
        for word in words.split():
            if known := next((kind for pattern, kind in _CLASSES if pattern.match(word)), None):
                return known
    return None


SECTIONS: Sections[SnmpReplies] = {
    "components": read_components,
    "vlans": read_vlans,
    "stack": read_stack,
    "fans": lambda told: read_parts(told, _parts(FAN_KIND)),
    "power_supplies": lambda told: read_parts(told, _parts(SUPPLY_KIND)),
    "temperatures": lambda told: read_temperatures(
        told, TemperatureTable(PART_TEMPERATURE, names=PART_DESCR, name="part {}".format)
    ),
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a Junos device."""
    return switch_mibs.facts(
        replies, read_identity, read_firmware, SECTIONS, serial=_serial, device_class=_device_class, without={"trunks"}
    )
