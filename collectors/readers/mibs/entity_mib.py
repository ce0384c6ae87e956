"""What a device is made of, by the ENTITY-MIB (RFC 6933), and the chassis's MAC address (BRIDGE-MIB, LLDP-MIB)."""

from datetime import UTC

from collectors.driver import Part
from collectors.errors import NoReply, UnexpectedReply
from collectors.facts.gaps import Gap
from collectors.facts.marks import is_junk
from collectors.facts.sections.system import Component
from collectors.readers import dates
from collectors.readers.mibs.snmp_tables import column, scalar
from collectors.replies import SnmpReplies, SnmpValue, as_number, as_text

ENTITY = "1.3.6.1.2.1.47.1.1.1.1"
DESCR = f"{ENTITY}.2"
CONTAINED_IN = f"{ENTITY}.4"
CLASS = f"{ENTITY}.5"
NAME = f"{ENTITY}.7"
HARDWARE_REVISION = f"{ENTITY}.8"
FIRMWARE_REVISION = f"{ENTITY}.9"
SOFTWARE_REVISION = f"{ENTITY}.10"
SERIAL = f"{ENTITY}.11"
MODEL = f"{ENTITY}.13"
MADE_ON = f"{ENTITY}.17"  # DateAndTime
BRIDGE_ADDRESS = "1.3.6.1.2.1.17.1.1.0"  # dot1dBaseBridgeAddress
LLDP_CHASSIS_KIND = "1.0.8802.1.1.2.1.3.1.0"  # lldpLocChassisIdSubtype; 4: MAC address
LLDP_CHASSIS = "1.0.8802.1.1.2.1.3.2.0"  # lldpLocChassisId

ASKS = (
    DESCR, CONTAINED_IN, CLASS, NAME, HARDWARE_REVISION, FIRMWARE_REVISION, SOFTWARE_REVISION, SERIAL, MODEL, MADE_ON,
)  # fmt: skip
CHASSIS_ADDRESS_ASKS = (BRIDGE_ADDRESS, LLDP_CHASSIS_KIND, LLDP_CHASSIS)

CHASSIS_CLASS = 3  # PhysicalClass of IANA-ENTITY-MIB
# Parts that wear out or are versioned on their own; ports, sensors, containers and backplanes are no components.
KINDS = {3: "other", 7: "fan", 9: "module", 12: "module", 14: "battery"}
POWER_SUPPLY_CLASS = 6

_FIELDS = {
    "model": MODEL,
    "serial": SERIAL,
    "hardware_revision": HARDWARE_REVISION,
}


def read_components(replies: SnmpReplies) -> Part:
    """Return chassis, power supplies, fans, modules and batteries; a name that comes again gets '#2', in index order.

    The list is whole when the columns of class and name are. Raises NoReply when the classes could not be read.
    """
    classes = replies.column(CLASS)
    columns = {oid: column(replies, oid) for oid in ASKS}  # the gap of one is told at each component
    seen: dict[str, int] = {}
    components: list[Component] = []
    gaps: dict[str, Gap] = {}
    for index in sorted(classes, key=_by_number):
        physical_class = as_number(classes[index]) or 0
        if physical_class not in KINDS and physical_class != POWER_SUPPLY_CLASS:
            continue
        name = _text(columns[NAME], index) or _text(columns[DESCR], index) or f"part {index}"
        if _unnamed(replies, index, columns):
            continue
        seen[name] = seen.get(name, 0) + 1
        name = name if seen[name] == 1 else f"{name} #{seen[name]}"
        component, gap = _component(name, KINDS.get(physical_class, "other"), index, columns)
        components.append(component)
        gaps |= {f"[{name}].{field}": replies.gaps[oid] for field, oid in _FIELDS.items() if oid in replies.gaps}
        if gap is not None:
            gaps[f"[{name}].made_on"] = gap
    return Part(tuple(components) or None, gaps, replies.complete(CLASS, NAME, DESCR))


def _unnamed(replies: SnmpReplies, index: str, columns: dict[str, dict[str, SnmpValue]]) -> bool:
    """Return whether a part's own name was cut off: by another one it would not be found again."""
    if _text(columns[NAME], index):
        return False
    if NAME in replies.gaps and index not in columns[NAME]:
        return True
    return DESCR in replies.gaps and index not in columns[DESCR]


def read_chassis(replies: SnmpReplies) -> tuple[Component, ...]:
    """Return the chassis, one for each member of a stack, in index order; empty when the device tells none.

    Raises NoReply when the classes could not be read, or broke off: the count of chassis would be wrong.
    """
    classes = replies.column(CLASS)
    if CLASS in replies.gaps:
        raise NoReply(replies.gaps[CLASS])
    columns = {oid: column(replies, oid) for oid in ASKS}  # the gap of one is told at each component
    found = []
    chosen = classes or _outermost(columns)
    for index in sorted(chosen, key=_by_number):
        if not classes or as_number(classes[index]) == CHASSIS_CLASS:
            name = _text(columns[NAME], index) or _text(columns[DESCR], index) or f"chassis {index}"
            found.append(_component(name, "other", index, columns)[0])
    return tuple(found)


def _outermost(columns: dict[str, dict[str, SnmpValue]]) -> dict[str, SnmpValue]:
    """Return the parts that are in no other, where the agent tells no classes; else the only one with a serial."""
    named = columns[SERIAL] | columns[MODEL]
    inside = columns[CONTAINED_IN]
    if inside:
        return {index: value for index, value in named.items() if as_number(inside.get(index)) == 0}
    return dict(columns[SERIAL]) if len(columns[SERIAL]) == 1 else {}


def only_chassis(replies: SnmpReplies) -> Component | None:
    """Return the chassis when there is exactly one with a model or serial number; None for a stack."""
    told = [chassis for chassis in read_chassis(replies) if chassis.model or chassis.serial]
    return told[0] if len(told) == 1 else None


def chassis_address(replies: SnmpReplies) -> str | None:
    """Return the chassis's MAC address as 'aa:bb:cc:dd:ee:ff', from the bridge, else LLDP; None without one."""
    found = [scalar(replies, BRIDGE_ADDRESS)]
    if _number(replies, LLDP_CHASSIS_KIND) == 4:
        found.append(scalar(replies, LLDP_CHASSIS))
    for value in found:
        if value is not None and isinstance(value.raw, bytes) and len(value.raw) == 6:
            address = value.raw.hex(":")
            if not is_junk(address) and not value.raw[0] & 1:  # a group address is nobody's own
                return address
    return None


def _component(
    name: str, kind: str, index: str, columns: dict[str, dict[str, SnmpValue]]
) -> tuple[Component, Gap | None]:
    made_on, gap = None, None
    made = columns[MADE_ON].get(index)
    if made is not None and isinstance(made.raw, bytes) and made.raw:
        try:
            moment = dates.date_and_time(made.raw, zone=UTC)  # only its day is kept
            made_on = None if moment is None else moment.date()
        except UnexpectedReply as error:
            gap = error.gap
    values = {
        "name": name,
        "kind": kind,
        "version": _text(columns[SOFTWARE_REVISION], index) or _text(columns[FIRMWARE_REVISION], index),
        "made_on": made_on,
        **{field: _text(columns[oid], index) for field, oid in _FIELDS.items()},
    }
    return Component.model_validate(values), gap


def _text(values: dict[str, SnmpValue], index: str) -> str | None:
    text = as_text(values.get(index))
    return None if text is None or is_junk(text) else text


def _number(replies: SnmpReplies, oid: str) -> int | None:
    return as_number(scalar(replies, oid))


def _by_number(index: str) -> tuple[int, ...]:
    return tuple(int(arc) for arc in index.split("."))
