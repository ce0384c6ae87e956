"""HPE iLO management boards, by the Insight Management MIBs (CPQ*), over SNMP."""

import re
from datetime import date, datetime
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, gather
from collectors.facts.facts import Facts
from collectors.facts.marks import Marks
from collectors.facts.scalars import Span
from collectors.facts.sections.storage import Disk, Raid
from collectors.facts.sections.storage import Part as Piece
from collectors.facts.sections.system import Component, Firmware
from collectors.readers import dates
from collectors.readers.mibs import appliance_identity, if_mib, part_tables, snmp_tables, system_group
from collectors.readers.mibs.snmp_tables import need, numbered, ordered
from collectors.replies import SnmpReplies, as_number
from collectors.told import Teller, no_known, told

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "HPE iLO management board, over SNMP"
DEVICE_CLASS = None  # a board is no class of its own: its facts are of the server it sits in

COMPAQ = "1.3.6.1.4.1.232"
BIOS = f"{COMPAQ}.1.2.6.1.0"  # cpqSeSysRomVer: 'P92 05/21/2018'
SERIAL = f"{COMPAQ}.2.2.2.1.0"
MODEL = f"{COMPAQ}.2.2.4.2.0"
BOARD_DAY = f"{COMPAQ}.9.2.2.1.0"  # cpqSm2CntlrRomDate, month first
BOARD_VERSION = f"{COMPAQ}.9.2.2.2.0"  # cpqSm2CntlrRomRevision
CONTROLLER_FIRMWARE = f"{COMPAQ}.3.2.2.1.1.3"
CONTROLLER_SERIAL = f"{COMPAQ}.3.2.2.1.1.15"
LOGICAL_NUMBER = f"{COMPAQ}.3.2.3.1.1.2"
LOGICAL_STATUS = f"{COMPAQ}.3.2.3.1.1.4"
DISK_STATUS = f"{COMPAQ}.3.2.5.1.1.6"
DISK_PLACE = f"{COMPAQ}.3.2.5.1.1.64"
FAN_PRESENT = f"{COMPAQ}.6.2.6.7.1.4"
FAN_CONDITION = f"{COMPAQ}.6.2.6.7.1.9"
TEMPERATURE_PLACE = f"{COMPAQ}.6.2.6.8.1.3"
TEMPERATURE = f"{COMPAQ}.6.2.6.8.1.4"
TEMPERATURE_CONDITION = f"{COMPAQ}.6.2.6.8.1.6"
SUPPLY_PRESENT = f"{COMPAQ}.6.2.9.3.1.3"
SUPPLY_CONDITION = f"{COMPAQ}.6.2.9.3.1.4"

ABSENT = 2  # other(1), absent(2), present(3)
WELL = {2: True, 3: False, 4: False}  # CPQ conditions: other(1), ok, degraded, failed
PLACES = {
    1: "other", 2: "unknown", 3: "system", 4: "system board", 5: "i/o board", 6: "processor", 7: "memory",
    8: "storage", 9: "removable media", 10: "power supply", 11: "ambient", 12: "chassis", 13: "bridge card",
}  # fmt: skip
DISK_STATES = {2: "healthy", 3: "failed", 4: "warning", 5: "warning"}  # ok, failed, predictive failure, erasing
LOGICAL_STATES = {  # CpqDaLogDrvStatus; 4: not configured, is no set of disks
    2: "optimal", 3: "failed", 5: "degraded", 6: "degraded", 7: "rebuilding", 8: "degraded", 9: "degraded",
    10: "optimal", 11: "failed", 12: "optimal", 13: "failed", 14: "optimal", 15: "degraded", 16: "optimal",
}  # fmt: skip
UNCONFIGURED = 4

ASKS = (
    *system_group.ASKS, *if_mib.ASKS,
    BIOS, SERIAL, MODEL, BOARD_DAY, BOARD_VERSION, CONTROLLER_FIRMWARE, CONTROLLER_SERIAL, LOGICAL_NUMBER,
    LOGICAL_STATUS, DISK_STATUS, DISK_PLACE, FAN_PRESENT, FAN_CONDITION, TEMPERATURE_PLACE, TEMPERATURE,
    TEMPERATURE_CONDITION, SUPPLY_PRESENT, SUPPLY_CONDITION,
)  # fmt: skip
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "identity": "an SNMP view with 1.3.6.1.2.1.1 and 1.3.6.1.4.1.232 (read only)",
    "disks": "an SNMP view with 1.3.6.1.4.1.232.3 (read only)",
    "raid": "an SNMP view with 1.3.6.1.4.1.232.3 (read only)",
    "fans": "an SNMP view with 1.3.6.1.4.1.232.6 (read only)",
}
GENTLE = Gentle(questions_per_s=10, repetitions_count=10)
MATCHES = Matches(sys_object_ids=(f"{COMPAQ}.9.4",), sys_descr=(r"^Integrated Lights-Out \d",), probes=(BOARD_VERSION,))

_DESCR = re.compile(
    r"^Integrated Lights-Out (?P<generation>\d) (?P<version>\d+\.\d+)(?: (?P<day>[A-Z][a-z]{2} \d\d? \d{4}))?"
)
_BIOS_DAY = re.compile(r"\b(\d\d/\d\d/\d{4})\b")


def _said(replies: SnmpReplies) -> re.Match[str] | None:
    return _DESCR.match(replies.text(system_group.SYS_DESCR) or "")


def _released(replies: SnmpReplies) -> Span | None:
    """Return the release span that the build day begins, from the description, else from the board's own object."""
    said = _said(replies)
    if said and said["day"]:
        try:
            return Span.built_on(datetime.strptime(said["day"], "%b %d %Y").date())  # noqa: DTZ007
        except ValueError:
            return None
    day = dates.month_first(replies.text(BOARD_DAY))
    return None if day is None else Span.built_on(day)


def _version(replies: SnmpReplies) -> str | None:
    said = _said(replies)
    return said["version"] if said else replies.text(BOARD_VERSION)


def _generation(replies: SnmpReplies) -> str | None:
    said = _said(replies)
    return f"iLO {said['generation']}" if said else None


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the board's firmware with its build day, and the day of the server's BIOS."""
    tellers: dict[str, Teller] = {
        "product": lambda: f"HPE {_generation(replies) or 'iLO'}",
        "version": lambda: _version(replies),
        "released": lambda: _released(replies),
        "bios_released_on": lambda: _bios_day(replies.text(BIOS)),
    }
    return told(Firmware, tellers)


def _bios_day(text: str | None) -> date | None:
    found = _BIOS_DAY.search(text or "")
    return dates.month_first(found[1]) if found else None


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group, with model and serial number of the server."""
    return appliance_identity.read_identity(replies, "HPE", replies.text(MODEL), replies.text(SERIAL))


def read_components(replies: SnmpReplies) -> Part:
    """Return the management board and the storage controllers with their firmware."""
    version = _version(replies)
    parts: list[Component] = []
    if version:
        board = Component(
            name="management board",
            kind="remote-console",
            model=_generation(replies),
            version=version,
            released=_released(replies),
        )
        parts.append(board)
    firmware, serials = replies.column(CONTROLLER_FIRMWARE), snmp_tables.column(replies, CONTROLLER_SERIAL)
    for row in ordered(firmware):
        controller = Component(
            name=f"storage controller {row}",
            kind="controller",
            version=snmp_tables.text(firmware[row]),
            serial=snmp_tables.text(serials.get(row)),
        )
        parts.append(controller)
    return Part(tuple(parts) or None, complete=replies.complete(CONTROLLER_FIRMWARE))


def read_disks(replies: SnmpReplies) -> Part:
    """Return the disks at the controllers by their place, with state and whether a failure is predicted."""
    need(replies, DISK_PLACE)
    states, places = replies.column(DISK_STATUS), snmp_tables.column(replies, DISK_PLACE)
    rows = ordered({**places, **states})
    disks, gaps = [], {}
    for name, row in zip(
        numbered(snmp_tables.text(places.get(row)) or f"disk {row}" for row in rows), rows, strict=True
    ):
        code = as_number(states.get(row)) or 0
        predicted = {2: False, 4: True}.get(code)
        disks.append(
            Disk.model_validate({"name": name, "state": DISK_STATES.get(code), "failure_predicted": predicted})
        )
        if code not in DISK_STATES:
            gaps[f"[{name}].state"] = no_known(code, "state")
    return Part(tuple(disks) or None, gaps, replies.complete(DISK_STATUS, DISK_PLACE))


def read_raid(replies: SnmpReplies) -> Part:
    """Return the logical drives, named controller.drive."""
    states, numbers = replies.column(LOGICAL_STATUS), snmp_tables.column(replies, LOGICAL_NUMBER)
    sets, gaps = [], {}
    for row in ordered({**numbers, **states}):
        code, name = as_number(states.get(row)) or 0, f"logical drive {row}"
        if code == UNCONFIGURED:
            continue
        sets.append(Raid.model_validate({"name": name, "state": LOGICAL_STATES.get(code)}))
        if code not in LOGICAL_STATES:
            gaps[f"[{name}].state"] = no_known(code, "state")
    return Part(tuple(sets) or None, gaps, replies.complete(LOGICAL_STATUS))


def _pieces(replies: SnmpReplies, kind: str, presence: str, condition: str) -> Part:
    """Return fans or power supplies by number; one that is not fitted is absent, and its state is not known."""
    need(replies, presence)
    states, fitted = replies.column(condition), snmp_tables.column(replies, presence)
    rows = ordered({**fitted, **states})
    pieces = []
    for name, row in zip(numbered(f"{kind} {row.rpartition('.')[2]}" for row in rows), rows, strict=True):
        present = as_number(fitted.get(row)) != ABSENT
        pieces.append(
            Piece(name=name, present=present, ok=WELL.get(as_number(states.get(row)) or 0) if present else None)
        )
    return Part(tuple(pieces) or None, complete=replies.complete(condition, presence))


def read_temperatures(replies: SnmpReplies) -> Part:
    """Return the sensors that are fitted, by number and place."""
    need(replies, TEMPERATURE_PLACE)
    places = snmp_tables.column(replies, TEMPERATURE_PLACE)

    def name(row: str) -> str:
        return f"{row.rpartition('.')[2]} {PLACES.get(as_number(places.get(row)) or 2, 'unknown')}"

    table = part_tables.TemperatureTable(
        readings=TEMPERATURE, name=name, states=TEMPERATURE_CONDITION, good={2: True, 3: False, 4: False}
    )
    return part_tables.read_temperatures(replies, table)


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a server as its management board sees them."""
    return gather(
        replies,
        {
            "identity": read_identity,
            "firmware": read_firmware,
            "components": read_components,
            "disks": read_disks,
            "raid": read_raid,
            "fans": lambda replies: _pieces(replies, "fan", FAN_PRESENT, FAN_CONDITION),
            "power_supplies": lambda replies: _pieces(replies, "power supply", SUPPLY_PRESENT, SUPPLY_CONDITION),
            "temperatures": read_temperatures,
            "interfaces": if_mib.read_interfaces,
        },
        marks=lambda replies: Marks(serial=replies.text(SERIAL)),
    )
