"""APC rack PDUs, first and second generation (rPDU and rPDU2 of the PowerNet-MIB), over SNMP."""

from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.facts.gaps import NOT_TOLD
from collectors.facts.sections.system import Firmware, Identity
from collectors.readers import dates
from collectors.readers.mibs import apc_card, appliance_mibs, if_mib, snmp_tables, system_group, ups_mib
from collectors.replies import SnmpReplies, as_number, as_text
from collectors.told import NOT_AVAILABLE, told

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "APC rack PDU (PowerNet-MIB), over SNMP"
DEVICE_CLASS = "pdu"

FIRST = "1.3.6.1.4.1.318.1.1.12"  # rPDU
SECOND = "1.3.6.1.4.1.318.1.1.26"  # rPDU2: rows by unit, of which the first one answers
FIRMWARE = f"{FIRST}.1.3.0"
MADE_ON = f"{FIRST}.1.4.0"  # text, month first
MODEL = f"{FIRST}.1.5.0"
SERIAL = f"{FIRST}.1.6.0"
MAX_PHASE_CURRENT = f"{FIRST}.2.1.1.0"  # amperes
LOAD_CURRENT = f"{FIRST}.2.3.1.1.2"  # tenths of an ampere: first the phases, then the banks
PHASE_COUNT = f"{FIRST}.2.1.2.0"
FIRMWARE_2 = f"{SECOND}.2.1.6"
MADE_ON_2 = f"{SECOND}.2.1.7"
MODEL_2 = f"{SECOND}.2.1.8"
SERIAL_2 = f"{SECOND}.2.1.9"
MAX_PHASE_CURRENT_2 = f"{SECOND}.4.2.1.9"  # amperes
PHASE_NUMBER_2 = f"{SECOND}.6.3.1.3"
PHASE_CURRENT_2 = f"{SECOND}.6.3.1.5"  # tenths of an ampere

ASKS = (
    *system_group.ASKS, *apc_card.ASKS, *if_mib.ASKS,
    FIRMWARE, MADE_ON, MODEL, SERIAL, MAX_PHASE_CURRENT, PHASE_COUNT, LOAD_CURRENT, FIRMWARE_2, MADE_ON_2, MODEL_2,
    SERIAL_2, MAX_PHASE_CURRENT_2, PHASE_NUMBER_2, PHASE_CURRENT_2,
)  # fmt: skip
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "phases": "an SNMP view with 1.3.6.1.4.1.318.1.1.12 and 1.3.6.1.4.1.318.1.1.26 (read only)",
    "identity": "an SNMP view with 1.3.6.1.2.1.1, 1.3.6.1.4.1.318.1.1.12 and 1.3.6.1.4.1.318.1.1.26 (read only)",
}
GENTLE = Gentle(questions_per_s=10, repetitions_count=6)
MATCHES = Matches(sys_object_ids=("1.3.6.1.4.1.318.1.3.4",), probes=(MODEL_2, MODEL))


def _said(replies: SnmpReplies, row: str, scalar: str) -> str | None:
    """Return the text of the first unit, else the one of the first generation's object."""
    rows = replies.column(row)
    text = as_text(rows[min(rows, key=snmp_tables.by_number)]) if rows else None
    return text or replies.text(scalar)


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group, with model, serial number and day of manufacture."""
    model, serial = _said(replies, MODEL_2, MODEL), _said(replies, SERIAL_2, SERIAL)
    part = system_group.read_identity(replies, vendor="APC", model=model or "", serial=serial or "")
    made = told(Identity, {"manufactured_on": lambda: dates.month_first(_said(replies, MADE_ON_2, MADE_ON))})
    if isinstance(part.value, Identity) and isinstance(made.value, Identity):
        return Part(part.value.model_copy(update={"manufactured_on": made.value.manufactured_on}), part.gaps)
    return Part(part.value, {**part.gaps, **made.gaps})


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version of the PDU's firmware."""
    return told(Firmware, {"version": lambda: _said(replies, FIRMWARE_2, FIRMWARE)})


def read_phases(replies: SnmpReplies) -> Part:
    """Return each phase's current as a share of what a phase may carry; without that rating nothing is known."""
    numbers = replies.column(PHASE_NUMBER_2)
    second = {
        str(as_number(numbers.get(index)) or index): as_number(value)
        for index, value in replies.column(PHASE_CURRENT_2).items()
    }
    ratings = [as_number(value) for value in replies.column(MAX_PHASE_CURRENT_2).values()]
    if second:
        return _shares(second, ratings[0] if ratings else None, replies.complete(PHASE_CURRENT_2))
    count = replies.number(PHASE_COUNT) or 1
    first = {index: as_number(value) for index, value in replies.column(LOAD_CURRENT).items()}
    phases = {index: tenths for index, tenths in first.items() if index.isdecimal() and int(index) <= count}
    return _shares(phases, replies.number(MAX_PHASE_CURRENT), replies.complete(LOAD_CURRENT))


def _shares(tenths: dict[str, int | None], rating_amperes: int | None, complete: bool) -> Part:
    if not tenths or not rating_amperes or rating_amperes in NOT_AVAILABLE:
        return Part(None, {"": NOT_TOLD})
    part = ups_mib.phases(tenths, scale=10 / rating_amperes)  # tenths of an ampere to percent of the rating
    return Part(part.value, part.gaps, complete)


SECTIONS: Sections[SnmpReplies] = {
    "firmware": read_firmware,
    "components": apc_card.read_components,
    "phases": read_phases,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of an APC rack PDU."""
    return appliance_mibs.facts(
        replies,
        read_identity,
        SECTIONS,
        serial=lambda replies: _said(replies, SERIAL_2, SERIAL),
        device_class=DEVICE_CLASS,
    )
