"""Vertiv (Liebert) UPS devices and rack PDUs, by the LIEBERT-GP MIBs and the standard UPS-MIB, over SNMP."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.errors import Unsupported
from collectors.facts.facts import Facts
from collectors.facts.gaps import NOT_TOLD, SENTINEL, Gap, GapReason
from collectors.facts.sections.power import Ups
from collectors.facts.sections.system import Firmware
from collectors.readers.mibs import appliance_mibs, if_mib, snmp_tables, system_group, ups_mib
from collectors.replies import SnmpReplies, as_number, as_text
from collectors.told import Teller, amount, either, told, whole, word

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Vertiv Liebert UPS and rack PDU, over SNMP"
DEVICE_CLASS = None

LIEBERT = "1.3.6.1.4.1.476.1.42"
CARD_MODEL = f"{LIEBERT}.2.1.2.0"
CARD_FIRMWARE = f"{LIEBERT}.2.1.3.0"
CARD_SERIAL = f"{LIEBERT}.2.1.4.0"
MODEL = f"{LIEBERT}.2.4.2.1.4"  # lgpAgentDeviceTable: the devices that the card speaks for
FIRMWARE = f"{LIEBERT}.2.4.2.1.5"
SERIAL = f"{LIEBERT}.2.4.2.1.7"
TEST_RESULT = f"{LIEBERT}.3.5.1.8.0"
MINUTES_REMAINING = f"{LIEBERT}.3.5.1.18.0"
CAPACITY = f"{LIEBERT}.3.5.1.19.0"  # percent
SECONDS_ON_BATTERY = f"{LIEBERT}.3.5.1.25.0"
BATTERY_STATUS = f"{LIEBERT}.3.5.1.26.0"
OUTPUT_SOURCE = f"{LIEBERT}.3.5.3.55.0"
POINT_KIND = f"{LIEBERT}.3.5.2.2.1.2"  # an OID for each measurement point
LINE_LOAD = f"{LIEBERT}.3.5.2.3.1.19"  # percent, by point and line
LINE_VOLTAGE = f"{LIEBERT}.3.5.2.3.1.20"
INPUT_POINT = f"{LIEBERT}.3.5.2.1.1"
OUTPUT_POINTS = (f"{LIEBERT}.3.5.2.1.5", f"{LIEBERT}.3.5.2.1.9")  # output to the load, system output
PDU_MODEL = f"{LIEBERT}.3.8.30.20.1.20"  # power entry modules of a rack PDU
PDU_SERIAL = f"{LIEBERT}.3.8.30.20.1.55"

ASKS = (
    *system_group.ASKS, *ups_mib.ASKS, *if_mib.ASKS,
    CARD_MODEL, CARD_FIRMWARE, CARD_SERIAL, MODEL, FIRMWARE, SERIAL, TEST_RESULT, MINUTES_REMAINING, CAPACITY,
    SECONDS_ON_BATTERY, BATTERY_STATUS, OUTPUT_SOURCE, POINT_KIND, LINE_LOAD, LINE_VOLTAGE, PDU_MODEL, PDU_SERIAL,
)  # fmt: skip
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "ups": "an SNMP view with 1.3.6.1.4.1.476.1.42 and 1.3.6.1.2.1.33 (read only)",
    "phases": "an SNMP view with 1.3.6.1.4.1.476.1.42 and 1.3.6.1.2.1.33 (read only)",
    "identity": "an SNMP view with 1.3.6.1.2.1.1 and 1.3.6.1.4.1.476.1.42 (read only)",
}
GENTLE = Gentle(questions_per_s=10, repetitions_count=6)
MATCHES = Matches(sys_object_ids=(LIEBERT,), probes=(CAPACITY, BATTERY_STATUS))

UPS_NAME = re.compile(r"\b(GXT|PSI|PSA|PS1|NXC?|APM|EXM|EXL|EXS|ITA|S600|UPS)", re.IGNORECASE)
SELF_TEST = {2: "passed", 3: "failed", 4: "in-progress"}


def _has_battery(replies: SnmpReplies) -> bool:
    own = any(replies.value(oid) is not None for oid in (BATTERY_STATUS, CAPACITY, MINUTES_REMAINING))
    return own or ups_mib.has_battery(replies)


def _device_class(replies: SnmpReplies) -> str | None:
    """Return what the objects say; a description that names a UPS stands against a rack PDU's tables."""
    if _has_battery(replies) or UPS_NAME.search(replies.text(system_group.SYS_DESCR) or ""):
        return "ups"
    return "pdu" if replies.column(PDU_MODEL) else None


def read_ups(replies: SnmpReplies) -> Part:
    """Return battery, runtime, output and last self-test: Liebert's own objects first, then the standard ones."""
    if _device_class(replies) == "pdu":
        return Part(None)
    if not _has_battery(replies):
        raise Unsupported(ups_mib.NO_BATTERY)
    standard = ups_mib.tellers(replies)
    own: dict[str, Teller] = {
        "battery": lambda: ups_mib.battery(replies.number(BATTERY_STATUS)),
        "runtime_s": lambda: whole(replies.number(MINUTES_REMAINING), scale=60),
        "charge_percent": lambda: amount(replies.number(CAPACITY), highest=100),
        "output": lambda: word(replies.number(OUTPUT_SOURCE), ups_mib.OUTPUT, "output source"),
        "input_volts": lambda: _input_volts(replies),
        "self_test": lambda: _self_test(replies.number(TEST_RESULT)),
        "on_battery_s": lambda: whole(replies.number(SECONDS_ON_BATTERY)),
    }
    joined = {field: _first(tell, standard[field]) for field, tell in own.items()}
    return told(Ups, standard | joined)


def _first(own: Teller, standard: Teller) -> Teller:
    return lambda: either(own, standard)


def _self_test(result: int | None) -> str | Gap | None:
    if result == 1:
        return SENTINEL
    if result in {5, 6}:  # the system failed during the test; the test was inhibited
        return Gap(reason=GapReason.NOT_TOLD, text="is not known: the last battery test could not be finished")
    return word(result, SELF_TEST, "battery test result")


def _lines(replies: SnmpReplies, column: str, points: tuple[str, ...]) -> dict[str, int | None]:
    """Return a column's values by line, of the first measurement point that is one of these."""
    kinds = {index: as_text(kind) for index, kind in replies.column(POINT_KIND).items()}
    rows = replies.column(column)
    for point in points:
        for index, kind in kinds.items():
            lines = {name[len(index) + 1 :]: row for name, row in rows.items() if name.startswith(f"{index}.")}
            if kind == point and lines:
                return {line: as_number(row) for line, row in lines.items()}
    return {}


def _input_volts(replies: SnmpReplies) -> float | Gap | None:
    volts = [value for value in _lines(replies, LINE_VOLTAGE, (INPUT_POINT,)).values() if value]
    return amount(volts[0], highest=1000) if volts else None


def read_phases(replies: SnmpReplies) -> Part:
    """Return the load of each output line of a UPS; the tables of a rack PDU hold amperes without a capacity."""
    loads = _lines(replies, LINE_LOAD, OUTPUT_POINTS)
    if loads:
        part = ups_mib.phases(loads)
        return Part(part.value, part.gaps, replies.complete(LINE_LOAD))
    standard = ups_mib.read_phases(replies)
    return standard if standard.value is not None else Part(None, {"": NOT_TOLD})


def _first_row(replies: SnmpReplies, column: str) -> str | None:
    rows = replies.column(column)
    return as_text(rows[min(rows, key=snmp_tables.by_number)]) if rows else None


def _serial(replies: SnmpReplies) -> str | None:
    return _first_row(replies, SERIAL) or (_first_row(replies, PDU_SERIAL) if _device_class(replies) == "pdu" else None)


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group, with model and serial number of the device behind the card."""
    model = _first_row(replies, MODEL) or replies.text(ups_mib.MODEL) or replies.text(system_group.SYS_DESCR)
    if _device_class(replies) == "pdu":
        model = _first_row(replies, MODEL) or _first_row(replies, PDU_MODEL)
    return system_group.read_identity(replies, vendor="Vertiv", model=model or "", serial=_serial(replies) or "")


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version of the device's own firmware."""
    version = _first_row(replies, FIRMWARE) or replies.text(ups_mib.UPS_SOFTWARE)
    return told(Firmware, {"version": lambda: version})


def read_components(replies: SnmpReplies) -> Part:
    """Return the network card."""
    version = replies.text(CARD_FIRMWARE) or replies.text(ups_mib.AGENT_SOFTWARE)
    return ups_mib.card(version, model=replies.text(CARD_MODEL), serial=replies.text(CARD_SERIAL))


SECTIONS: Sections[SnmpReplies] = {
    "firmware": read_firmware,
    "components": read_components,
    "ups": read_ups,
    "phases": read_phases,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a Liebert UPS or rack PDU with its network card."""
    return appliance_mibs.facts(replies, read_identity, SECTIONS, serial=_serial, device_class=_device_class)
