"""Eaton ePDU G3 rack PDUs, by the EATON-EPDU-MIB, over SNMP."""

from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.facts.gaps import NOT_TOLD
from collectors.facts.sections.system import Firmware
from collectors.readers.mibs import appliance_mibs, if_mib, snmp_tables, system_group, ups_mib
from collectors.replies import SnmpReplies, as_number, as_text
from collectors.told import told

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Eaton ePDU, over SNMP"
DEVICE_CLASS = "pdu"

EPDU = "1.3.6.1.4.1.534.6.6.7"
MODEL = f"{EPDU}.1.2.1.2"  # rows by unit of a daisy chain; the first one has the network
PART_NUMBER = f"{EPDU}.1.2.1.3"
SERIAL = f"{EPDU}.1.2.1.4"
FIRMWARE = f"{EPDU}.1.2.1.5"
INPUT_LOAD = f"{EPDU}.3.3.1.11"  # percent of the rated current, by unit, input and measurement
TOTAL_OF_PHASES = {"5", "6", "7"}  # neutral, ground and total beside phase1(1) to phase3(3)

ASKS = (*system_group.ASKS, *if_mib.ASKS, MODEL, PART_NUMBER, SERIAL, FIRMWARE, INPUT_LOAD)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "phases": "an SNMP view with 1.3.6.1.4.1.534.6.6.7 (read only)",
    "identity": "an SNMP view with 1.3.6.1.2.1.1 and 1.3.6.1.4.1.534.6.6.7 (read only)",
}
GENTLE = Gentle(questions_per_s=10, repetitions_count=6)
MATCHES = Matches(sys_object_ids=(EPDU,), probes=(MODEL,))


def _said(replies: SnmpReplies, column: str) -> str | None:
    rows = replies.column(column)
    return as_text(rows[min(rows, key=snmp_tables.by_number)]) if rows else None


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group, with model and serial number of the first unit."""
    model = _said(replies, MODEL) or _said(replies, PART_NUMBER) or ""
    return system_group.read_identity(replies, vendor="Eaton", model=model, serial=_said(replies, SERIAL) or "")


def read_phases(replies: SnmpReplies) -> Part:
    """Return each input line's current in percent of the rating, named unit.input.line."""
    rows = {index: as_number(value) for index, value in replies.column(INPUT_LOAD).items()}
    lines = {index: load for index, load in rows.items() if index.rpartition(".")[2] not in TOTAL_OF_PHASES}
    if not lines:
        return Part(None, {"": NOT_TOLD})
    part = ups_mib.phases(lines)
    return Part(part.value, part.gaps, replies.complete(INPUT_LOAD))


SECTIONS: Sections[SnmpReplies] = {
    "firmware": lambda replies: told(Firmware, {"version": lambda: _said(replies, FIRMWARE)}),
    "phases": read_phases,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of an Eaton ePDU."""
    return appliance_mibs.facts(
        replies, read_identity, SECTIONS, serial=lambda replies: _said(replies, SERIAL), device_class=DEVICE_CLASS
    )
