"""Palo Alto Networks firewalls (PAN-OS), over SNMP (PAN-COMMON-MIB, ENTITY-MIB)."""

import re
from datetime import UTC, datetime
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.errors import CollectError, UnexpectedReply
from collectors.facts.facts import Facts
from collectors.facts.gaps import NOT_TOLD, SENTINEL, Gap
from collectors.facts.marks import is_junk
from collectors.facts.sections.firewall import Ha, Signature
from collectors.facts.sections.system import Firmware
from collectors.readers.mibs import appliance_identity, appliance_mibs, entity_mib, if_mib, system_group
from collectors.readers.mibs.snmp_tables import need
from collectors.readers.panos.panos_words import HA_MODES, ha_state, peer_stands_by
from collectors.replies import SnmpReplies
from collectors.told import Teller, told

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Palo Alto Networks PAN-OS, over SNMP"
DEVICE_CLASS = None
"""Firewalls answer like their management server (Panorama), which is none."""

PAN_OS = "1.3.6.1.4.1.25461.2.1.2"
VERSION = f"{PAN_OS}.1.1.0"  # panSysSwVersion
SERIAL = f"{PAN_OS}.1.3.0"
HA_STATE = f"{PAN_OS}.1.11.0"
HA_PEER_STATE = f"{PAN_OS}.1.12.0"
HA_MODE = f"{PAN_OS}.1.13.0"
CHASSIS = f"{PAN_OS}.2.1.0"  # panChassisType: an object id, on some releases the model's name
CONTENT = {  # version, release date in the device's own words: '2024/07/12 00:52:35'
    "applications": (f"{PAN_OS}.1.7.0", f"{PAN_OS}.1.20.0"),
    "threats": (f"{PAN_OS}.1.9.0", f"{PAN_OS}.1.21.0"),
    "antivirus": (f"{PAN_OS}.1.8.0", f"{PAN_OS}.1.22.0"),
    "wildfire": (f"{PAN_OS}.1.17.0", f"{PAN_OS}.1.23.0"),
}

ASKS = (
    *system_group.ASKS,
    *entity_mib.ASKS,
    *if_mib.ASKS,
    VERSION,
    SERIAL,
    HA_STATE,
    HA_PEER_STATE,
    HA_MODE,
    CHASSIS,
    *(oid for pair in CONTENT.values() for oid in pair),
)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "firmware": "an SNMP view with 1.3.6.1.4.1.25461.2.1.2.1 (read only)",
    "ha": "an SNMP view with 1.3.6.1.4.1.25461.2.1.2.1 (read only)",
    "signatures": "an SNMP view with 1.3.6.1.4.1.25461.2.1.2.1 (read only)",
    "interfaces": "an SNMP view with 1.3.6.1.2.1.2 and 1.3.6.1.2.1.31 (read only)",
}
GENTLE = Gentle(questions_per_s=20, repetitions_count=15)
MATCHES = Matches(sys_object_ids=("1.3.6.1.4.1.25461.2.3",), sys_descr=(r"^Palo Alto Networks ",), probes=(VERSION,))

NOT_LOADED = frozenset({"", "0", "0.0.0", "unknown", "none"})
_SERIES = re.compile(r"Palo Alto Networks ((?:PA|VM)-[\w-]+(?: series)?)")


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and serial number; a virtual firewall without licence has no serial number."""
    need(replies, entity_mib.MODEL)
    chassis = entity_mib.only_chassis(replies)
    return appliance_identity.read_identity(
        replies, "Palo Alto Networks", _model(replies), _serial(replies), chassis.hardware_revision if chassis else None
    )


def _model(replies: SnmpReplies) -> str | None:
    chassis = entity_mib.only_chassis(replies)
    if chassis and chassis.model:
        return chassis.model
    value = replies.value(CHASSIS)
    if value is not None and value.kind == "octets":
        return replies.text(CHASSIS)
    series = _SERIES.search(replies.text(system_group.SYS_DESCR) or "")
    return series[1] if series else None


def _serial(replies: SnmpReplies) -> str | None:
    serial = replies.text(SERIAL)
    if serial and not is_junk(serial):
        return serial
    try:
        chassis = entity_mib.only_chassis(replies)
    except CollectError:
        return None
    return chassis.serial if chassis else None


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version; the catalogue knows its release day."""
    return told(Firmware, {"product": lambda: "pan-os", "version": lambda: replies.text(VERSION)})


def read_ha(replies: SnmpReplies) -> Part:
    """Return mode and states of the pair; whether the configurations agree is not told by SNMP."""
    mode = (replies.text(HA_MODE) or "").casefold()
    if not mode:
        return Part(None, {"mode": NOT_TOLD})
    if mode not in HA_MODES:
        raise UnexpectedReply(f"is told as {mode!r:.40}, which is no known HA mode")
    tellers: dict[str, Teller] = {"mode": lambda: HA_MODES[mode]}
    if HA_MODES[mode] != "none":
        tellers |= {
            "state": lambda: ha_state(replies.text(HA_STATE)),
            "peer_online": lambda: peer_stands_by(replies.text(HA_PEER_STATE)),
            "in_sync": lambda: None,
        }
    return told(Ha, tellers)


def read_signatures(replies: SnmpReplies) -> Part:
    """Return the content packages with their release times, which are written without a zone and read as UTC."""
    signatures, gaps = [], {}
    for name, (version_oid, date_oid) in CONTENT.items():
        version = replies.text(version_oid)
        if version is None:
            continue
        if version in NOT_LOADED:
            gaps[f"[{name}].version"] = gaps[f"[{name}].updated_at"] = SENTINEL
            signatures.append(Signature(name=name))
            continue
        released = _moment(replies.text(date_oid))
        if isinstance(released, Gap):
            gaps[f"[{name}].updated_at"] = released
        signatures.append(
            Signature(name=name, version=version, updated_at=None if isinstance(released, Gap) else released)
        )
    return Part(tuple(signatures) or None, gaps)


def _moment(text: str | None) -> datetime | Gap:
    if text is None:
        return NOT_TOLD
    if text in NOT_LOADED:
        return SENTINEL
    try:
        return datetime.strptime(text[:19], "%Y/%m/%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return UnexpectedReply(f"is told as {text!r:.40}, which is no moment that we know").gap


def _device_class(replies: SnmpReplies) -> str | None:
    descr = replies.text(system_group.SYS_DESCR) or ""
    return None if re.search(r"Panorama|\bM-\d", descr) else "firewall"


SECTIONS: Sections[SnmpReplies] = {
    "firmware": read_firmware,
    "components": entity_mib.read_components,
    "ha": read_ha,
    "signatures": read_signatures,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a Palo Alto Networks firewall."""
    return appliance_mibs.facts(replies, read_identity, SECTIONS, serial=_serial, device_class=_device_class)
