"""Any printer by the Printer-MIB (RFC 3805) and the HOST-RESOURCES-MIB: HP, Ricoh, Brother, Kyocera, Canon, others."""

import re
from datetime import date
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.facts.gaps import NOT_TOLD, SENTINEL, Gap, GapReason
from collectors.facts.scalars import Span
from collectors.facts.sections.system import Firmware, Hardware
from collectors.facts.sections.windows import Printer
from collectors.facts.sections.wireless import Supply
from collectors.readers.mibs import (
    appliance_identity,
    appliance_mibs,
    host_resources,
    if_mib,
    snmp_tables,
    system_group,
)
from collectors.readers.mibs.snmp_tables import need, numbered, ordered
from collectors.replies import SnmpReplies, SnmpValue, as_number, as_text
from collectors.told import told

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Printer with the Printer-MIB (RFC 3805), over SNMP"
DEVICE_CLASS = "printer"

PRINTER = "1.3.6.1.2.1.43"
SERIAL = f"{PRINTER}.5.1.1.17"  # prtGeneralSerialNumber
PAGES = f"{PRINTER}.10.2.1.4"  # prtMarkerLifeCount
PAGES_UNIT = f"{PRINTER}.10.2.1.3"
SUPPLY_CLASS = f"{PRINTER}.11.1.1.4"
SUPPLY_TYPE = f"{PRINTER}.11.1.1.5"
SUPPLY_NAME = f"{PRINTER}.11.1.1.6"
SUPPLY_MAX = f"{PRINTER}.11.1.1.8"
SUPPLY_LEVEL = f"{PRINTER}.11.1.1.9"  # of a waste box: the space that is left
HP_FIRMWARE_DAY = "1.3.6.1.4.1.11.2.3.9.4.2.1.1.3.5.0"  # fw-rom-datecode: YYYYMMDD, after two octets
HP_FIRMWARE = "1.3.6.1.4.1.11.2.3.9.4.2.1.1.3.6.0"  # fw-rom-revision
RICOH_FIRMWARE = "1.3.6.1.4.1.367.3.2.1.1.1.2.0"  # ricohSysVers

ASKS = (
    *system_group.ASKS, *if_mib.ASKS,
    SERIAL, PAGES, PAGES_UNIT, SUPPLY_CLASS, SUPPLY_TYPE, SUPPLY_NAME, SUPPLY_MAX, SUPPLY_LEVEL, HP_FIRMWARE_DAY,
    HP_FIRMWARE, RICOH_FIRMWARE, host_resources.DEVICE_TYPE, host_resources.DEVICE_DESCR, host_resources.MEMORY_SIZE,
)  # fmt: skip
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "supplies": "an SNMP view with 1.3.6.1.2.1.43 (read only)",
    "printers": "an SNMP view with 1.3.6.1.2.1.43 (read only)",
    "identity": "an SNMP view with 1.3.6.1.2.1.1, 1.3.6.1.2.1.25.3 and 1.3.6.1.2.1.43 (read only)",
    "firmware": "an SNMP view with 1.3.6.1.4.1.11.2.3.9 (HP) or 1.3.6.1.4.1.367 (Ricoh) (read only)",
}
GENTLE = Gentle(questions_per_s=10, repetitions_count=10)

ENTERPRISE = "1.3.6.1.4.1."
MAKERS = {  # by enterprise number
    "11.2.3.9": "HP",
    "367": "Ricoh",
    "2435.2.3.9": "Brother",
    "1347": "Kyocera",
    "1602": "Canon",
    "1248": "Epson",
    "641": "Lexmark",
    "253": "Xerox",
    "18334": "Konica Minolta",
    "2385": "Sharp",
    "2001": "OKI",
    "236.11": "Samsung",
    "1129.2.3": "Toshiba",
    "297": "Fujifilm",
}
MATCHES = Matches(
    sys_object_ids=tuple(ENTERPRISE + branch for branch in MAKERS), probes=(SUPPLY_LEVEL, PAGES), rank=400
)

KINDS = {  # PrtMarkerSuppliesTypeTC
    3: "toner", 21: "toner", 4: "waste", 8: "waste", 14: "waste", 24: "waste", 5: "ink", 6: "ink", 7: "ink", 9: "drum",
}  # fmt: skip
PAPER_UNITS = {7, 8}  # PrtMarkerCounterUnitTC: impressions, sheets
PERCENT_MAX = 100
SOME_LEFT = -3
_SAID_SERIAL = re.compile(r"\bSN:([A-Za-z0-9]{6,20})\b")  # HP: '...,SN:VNB3J12345,...,PID:HP LaserJet ...'
_SAID_MODEL = re.compile(r"\bPID:([^,;]+)")
_DAY = re.compile(r"(20\d\d)(\d\d)(\d\d)$")


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group, with maker, model and serial number."""
    return appliance_identity.read_identity(replies, _maker(replies), _model(replies), _serial(replies))


def _maker(replies: SnmpReplies) -> str | None:
    said = (replies.text(system_group.SYS_OBJECT_ID) or "").removeprefix(ENTERPRISE) + "."
    return next((maker for branch, maker in MAKERS.items() if said.startswith(branch + ".")), None)


def _model(replies: SnmpReplies) -> str | None:
    """Return the description of the first device of the type printer, else the one in HP's system description."""
    types, descriptions = replies.column(host_resources.DEVICE_TYPE), replies.column(host_resources.DEVICE_DESCR)
    for index in ordered(types):
        if as_text(types[index]) == host_resources.PRINTER_TYPE and (text := as_text(descriptions.get(index))):
            return text
    said = _SAID_MODEL.search(replies.text(system_group.SYS_DESCR) or "")
    return said[1].strip() if said else None


def _serial(replies: SnmpReplies) -> str | None:
    rows = replies.column(SERIAL)
    told_serial = next((text for index in ordered(rows) if (text := snmp_tables.text(rows[index]))), None)
    said = _SAID_SERIAL.search(replies.text(system_group.SYS_DESCR) or "")
    return told_serial or (said[1] if said else None)


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the firmware's version, and the day of its build where the maker has an object for it (HP)."""
    day = _firmware_day(replies)
    return told(
        Firmware,
        {
            "version": lambda: _bare(replies.value(HP_FIRMWARE)) or replies.text(RICOH_FIRMWARE),
            "released": lambda: None if day is None else Span.built_on(day),
        },
    )


def _bare(value: SnmpValue | None) -> str | None:
    """Return HP's text, before which two octets tell its character set."""
    text = as_text(value)
    return "".join(letter for letter in text if letter.isprintable()).strip() or None if text else None


def _firmware_day(replies: SnmpReplies) -> date | None:
    found = _DAY.search(_bare(replies.value(HP_FIRMWARE_DAY)) or "")
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def read_supplies(replies: SnmpReplies) -> Part:
    """Return toner, ink, drums and waste boxes with what is left in percent; a waste box counts the space left.

    A level below zero is no number: unknown, or 'some left'.
    """
    need(replies, SUPPLY_NAME)
    levels = replies.column(SUPPLY_LEVEL)
    types, names = snmp_tables.column(replies, SUPPLY_TYPE), snmp_tables.column(replies, SUPPLY_NAME)
    sizes = snmp_tables.column(replies, SUPPLY_MAX)
    rows = ordered({**names, **types, **levels})
    supplies, gaps = [], {}
    for name, row in zip(numbered(_supply_name(names.get(row), row) for row in rows), rows, strict=True):
        kind = as_number(types.get(row))
        left = _left(as_number(levels.get(row)), as_number(sizes.get(row)))
        supplies.append(
            Supply.model_validate(
                {
                    "name": name,
                    "kind": None if kind is None else KINDS.get(kind, "other"),
                    "left_percent": None if isinstance(left, Gap) else left,
                }
            )
        )
        if isinstance(left, Gap):
            gaps[f"[{name}].left_percent"] = left
    return Part(tuple(supplies) or None, gaps, replies.complete(SUPPLY_LEVEL, SUPPLY_NAME))


def _supply_name(value: SnmpValue | None, row: str) -> str:
    """Return the first part of a name: some makers append ';' or ',' and a serial number that changes."""
    name = re.split(r"[;,] ?(?:SN|S/N)", as_text(value) or "", maxsplit=1)[0].strip()
    return name or f"supply {row}"


def _left(level: int | None, size: int | None) -> float | Gap:
    if level == SOME_LEFT:
        return Gap(reason=GapReason.NOT_TOLD, text="is told only as 'some left'")
    if level is None or size is None:
        return NOT_TOLD
    if level < 0 or size <= 0:
        return SENTINEL
    if level > size:
        return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"is told as {level} of {size}, which cannot be")
    return round(PERCENT_MAX * level / size, 1)


def read_printers(replies: SnmpReplies) -> Part:
    """Return the printer with the pages that its first marker has printed in its life."""
    need(replies, PAGES_UNIT)
    counts, units = replies.column(PAGES), snmp_tables.column(replies, PAGES_UNIT)
    name = _model(replies) or replies.text(system_group.SYS_NAME) or "printer"
    for row in ordered(counts):
        pages, unit = as_number(counts[row]), as_number(units.get(row))
        if pages is not None and pages >= 0 and (unit is None or unit in PAPER_UNITS):
            return Part((Printer(name=name, pages_count=pages),), complete=replies.complete(PAGES))
    return Part((Printer(name=name),), {f"[{name}].pages_count": NOT_TOLD})


def read_hardware(replies: SnmpReplies) -> Part:
    """Return the size of the memory."""
    kib = replies.number(host_resources.MEMORY_SIZE)
    return told(Hardware, {"memory_bytes": lambda: kib * host_resources.KIB if kib and kib > 0 else None})


SECTIONS: Sections[SnmpReplies] = {
    "firmware": read_firmware,
    "hardware": read_hardware,
    "supplies": read_supplies,
    "printers": read_printers,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a printer."""
    return appliance_mibs.facts(replies, read_identity, SECTIONS, serial=_serial, device_class=DEVICE_CLASS)
