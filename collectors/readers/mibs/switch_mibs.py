"""What every switch tells by the standard MIBs: all sections at once, for drivers to add a vendor's own to."""

import re
from collections.abc import Callable, Container, Iterable, Mapping
from datetime import date

from collectors.driver import Part, Sections, gather
from collectors.errors import CollectError, UnexpectedReply
from collectors.facts.facts import Facts
from collectors.facts.gaps import NOT_TOLD, Gap
from collectors.facts.marks import Marks
from collectors.facts.reading import Value
from collectors.facts.scalars import Span
from collectors.facts.sections.system import Component, Firmware
from collectors.readers import dates
from collectors.readers.mibs import (
    appliance_identity,
    bridge_stp,
    entity_mib,
    entity_sensors,
    if_mib,
    lldp_cdp,
    poe,
    port_use,
    q_bridge,
    system_group,
)
from collectors.readers.mibs.snmp_tables import column, mac_address, scalar, text, unread
from collectors.replies import SnmpReplies, as_number, as_text
from collectors.told import told

Reader = Callable[[SnmpReplies], Value | Part | None]

_STANDARD = (
    *system_group.ASKS, *entity_mib.ASKS, *entity_mib.CHASSIS_ADDRESS_ASKS, *if_mib.ASKS, *q_bridge.ASKS,
    *bridge_stp.ASKS, *lldp_cdp.ASKS, *poe.ASKS, *port_use.ASKS, *entity_sensors.ASKS,
)  # fmt: skip

READERS: Sections[SnmpReplies] = {
    "os": system_group.read_os,
    "components": entity_mib.read_components,
    "interfaces": if_mib.read_interfaces,
    "ports": port_use.read_ports,
    "vlans": q_bridge.read_vlans,
    "trunks": q_bridge.read_trunks,
    "stp": bridge_stp.read_stp,
    "neighbors": lldp_cdp.read_neighbors,
    "poe": poe.read_poe,
    "temperatures": entity_sensors.read_temperatures,
}

NEEDS = {
    "interfaces": "an SNMP view with 1.3.6.1.2.1.2, 1.3.6.1.2.1.31 and 1.3.6.1.2.1.10.7 (read only)",
    "vlans": "an SNMP view with 1.3.6.1.2.1.17 (read only)",
    "stp": "an SNMP view with 1.3.6.1.2.1.17 (read only)",
    "neighbors": "an SNMP view with 1.0.8802.1.1.2 (read only)",
    "poe": "an SNMP view with 1.3.6.1.2.1.105 (read only)",
    "components": "an SNMP view with 1.3.6.1.2.1.47 (read only)",
    "temperatures": "an SNMP view with 1.3.6.1.2.1.99 (read only)",
}

_MONTHS = {
    name: number
    for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)
}  # fmt: skip
_MONTH_DAY_YEAR = re.compile(r"\b([A-Z][a-z]{2}) {1,2}(\d{1,2})\b[^\n]{0,30}?\b(20\d\d)\b", re.ASCII)
_DAY_MONTH_YEAR = re.compile(r"\b(\d{1,2})-([A-Z][a-z]{2})-(20\d\d)\b", re.ASCII)


def asks(*own: str) -> tuple[str, ...]:
    """Return the questions of the standard MIBs and a driver's own, each once."""
    return tuple(dict.fromkeys((*_STANDARD, *own)))


def facts(
    replies: SnmpReplies,
    identity: Reader,
    firmware: Reader,
    own: Sections[SnmpReplies] | None = None,
    *,
    serial: Callable[[SnmpReplies], str | None] = lambda _: None,
    device_class: Callable[[SnmpReplies], str | None] | str = "switch",
    without: Container[str] = (),
) -> Facts:
    """Return the facts of a switch: identity, firmware and the driver's own sections before those of the standard MIBs.

    `serial` tells the vendor's own serial number, as a mark; `without` names standard sections that are left out.
    """
    standard = {section: reader for section, reader in READERS.items() if section not in without}
    return gather(
        replies,
        {**standard, "identity": identity, "firmware": firmware, **(own or {})},
        marks=lambda told_by: marks(told_by, serial(told_by)),
        device_class=device_class,
    )


def identity(replies: SnmpReplies, vendor: str | None, *, model: str | None = None, serial: str | None = None) -> Part:
    """Return the system group with model and serial number: the vendor's own, else those of the only chassis."""
    chassis = only_chassis(replies)
    return appliance_identity.read_identity(
        replies,
        vendor,
        model or (chassis.model if chassis else None),
        serial or (chassis.serial if chassis else None),
        chassis.hardware_revision if chassis else None,
    )


def components(replies: SnmpReplies, loaders: Mapping[str, str | None]) -> Part:
    """Return the parts by the ENTITY-MIB, with the boot loaders of these names and versions."""
    part = entity_mib.read_components(replies)
    booting = [Component(name=name, kind="boot", version=version) for name, version in loaders.items() if version]
    parts = [one for one in part.value or () if isinstance(one, Component)]
    return Part((*parts, *booting) or None, part.gaps, part.complete)


def only_chassis(replies: SnmpReplies) -> Component | None:
    """Return the only chassis, None for a stack, or where the parts could not be read.

    Where the agent tells no classes, it is the only part that is contained in no other.
    """
    try:
        chassis = entity_mib.only_chassis(replies)
        classed = replies.column(entity_mib.CLASS)
    except CollectError:
        return None
    if chassis is not None or classed or not replies.complete(*entity_mib.ASKS):
        return chassis
    roots = [row for row, outer in column(replies, entity_mib.CONTAINED_IN).items() if as_number(outer) == 0]
    if len(roots) != 1:
        return None
    columns = (entity_mib.MODEL, entity_mib.SERIAL, entity_mib.HARDWARE_REVISION, entity_mib.SOFTWARE_REVISION)
    model, serial, revision, version = (text(column(replies, oid).get(roots[0])) for oid in columns)
    return Component(
        name="chassis", kind="other", model=model, serial=serial, hardware_revision=revision, version=version
    )


def marks(replies: SnmpReplies, serial: str | None = None) -> Marks:
    """Return the marks of identity: the vendor's serial number, else the only chassis's, and the bridge's address."""
    chassis = only_chassis(replies)
    address = entity_mib.chassis_address(replies) or mac_address(scalar(replies, entity_mib.BRIDGE_ADDRESS))
    return Marks(serial=serial or (chassis.serial if chassis else None), chassis_mac=address)


def description(replies: SnmpReplies) -> str:
    """Return sysDescr, empty where it is absent or could not be read: other objects tell the model, too."""
    return as_text(scalar(replies, system_group.SYS_DESCR)) or ""


def firmware(
    replies: SnmpReplies, product: str, version: str | Gap | None, released: Span | Gap | None = NOT_TOLD
) -> Part:
    """Return the firmware section, the product only beside a version; what sysDescr hides when unread has its gap."""
    silent = unread(replies, system_group.SYS_DESCR)
    return told(
        Firmware,
        {
            "product": lambda: product or None if isinstance(version, str) else silent,
            "version": lambda: version or silent,
            "released": lambda: silent if released == NOT_TOLD and silent else released,
        },
    )


def built_in(words: str | None, after: str = "") -> Span | Gap:
    """Return the span of the build day that a text tells behind a word, as 'Aug 22 ... 2019' or '12-Jan-2014'."""
    _, found, rest = (words or "").partition(after) if after else ("", words, words or "")
    written = _MONTH_DAY_YEAR.search(rest[:80]) if found else None
    if written:
        return _built(written[0], int(written[3]), written[1], int(written[2]))
    written = _DAY_MONTH_YEAR.search(rest[:80]) if found else None
    return _built(written[0], int(written[3]), written[2], int(written[1])) if written else NOT_TOLD


def built_month_first(written: str | None) -> Span | Gap:
    """Return the span of a build day written as '08/28/2025', month first; raises UnexpectedReply for no such day."""
    day = dates.month_first(written)
    return NOT_TOLD if day is None else Span.built_on(day)


def _built(written: str, year: int, month: str, day: int) -> Span:
    try:
        return Span.built_on(date(year, _MONTHS.get(month.casefold(), 0), day))
    except ValueError as error:
        raise UnexpectedReply(f"is told as {written!r:.40}, which is no day") from error


def first(texts: Iterable[str | None]) -> str | None:
    """Return the first of the texts that is told."""
    return next((told_text for told_text in texts if told_text), None)
