"""Tripp Lite UPS devices, rack PDUs and transfer switches (PowerAlert cards), over SNMP."""

from datetime import date
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.errors import Unsupported
from collectors.facts.facts import Facts
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.sections.power import Ups
from collectors.facts.sections.system import Firmware, Identity
from collectors.readers import dates
from collectors.readers.mibs import appliance_mibs, if_mib, system_group, ups_mib
from collectors.readers.mibs.snmp_tables import need
from collectors.replies import SnmpReplies, as_text
from collectors.told import either, told

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Tripp Lite UPS, PDU and transfer switch, over SNMP"
DEVICE_CLASS = None

TRIPPLITE = "1.3.6.1.4.1.850"
TYPE = f"{TRIPPLITE}.1.1.1.2.1.3"  # an OID for each device behind the card
MODEL = f"{TRIPPLITE}.1.1.1.2.1.5"
FIRMWARE = f"{TRIPPLITE}.1.1.2.1.1.4"
SERIAL = f"{TRIPPLITE}.1.1.2.1.1.5"
MADE_ON = f"{TRIPPLITE}.1.1.2.1.1.6"  # text, month first
OLD_SERIAL = f"{TRIPPLITE}.100.1.1.2.0"  # cards up to PowerAlert 12
OLD_CARD_SERIAL = f"{TRIPPLITE}.100.1.1.4.0"
OLD_ALARMS = f"{TRIPPLITE}.100.1.6.1.0"
OLD_ALARM_TEXT = f"{TRIPPLITE}.100.1.6.2.1.4"
OLD_TEST_DATE = f"{TRIPPLITE}.100.1.7.1.0"  # YYYY-MM-DD
OLD_TEST_RESULT = f"{TRIPPLITE}.100.1.7.2.0"  # text
OLD_REPLACED = f"{TRIPPLITE}.100.1.9.1.0"
UPS_TYPE = f"{TRIPPLITE}.1.1.3.1"
PDU_TYPES = (f"{TRIPPLITE}.1.1.3.2", f"{TRIPPLITE}.1.1.3.4")  # rack PDU, transfer switch

ASKS = (
    *system_group.ASKS, *ups_mib.ASKS, *if_mib.ASKS,
    TYPE, MODEL, FIRMWARE, SERIAL, MADE_ON, OLD_SERIAL, OLD_CARD_SERIAL, OLD_ALARMS, OLD_ALARM_TEXT, OLD_TEST_DATE,
    OLD_TEST_RESULT, OLD_REPLACED,
)  # fmt: skip
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "ups": "an SNMP view with 1.3.6.1.2.1.33 and 1.3.6.1.4.1.850 (read only)",
    "phases": "an SNMP view with 1.3.6.1.2.1.33 (read only)",
    "identity": "an SNMP view with 1.3.6.1.2.1.1 and 1.3.6.1.4.1.850 (read only)",
}
GENTLE = Gentle(questions_per_s=10, repetitions_count=6)
MATCHES = Matches(sys_object_ids=(TRIPPLITE,), probes=(MODEL, OLD_SERIAL))

SELF_TEST = {
    "done and passed": "passed",
    "done and error": "failed",
    "in progress": "in-progress",
    "no test initiated": "never-run",
}


def _row(replies: SnmpReplies) -> str | None:
    """Return the index of the device that gives power; other rows are sensors behind the same card."""
    for index, value in replies.column(TYPE).items():
        kind = as_text(value) or ""
        if kind == UPS_TYPE or kind in PDU_TYPES:
            return index
    return None


def _said(replies: SnmpReplies, column: str) -> str | None:
    return as_text(replies.column(column).get(_row(replies) or ""))


def _device_class(replies: SnmpReplies) -> str | None:
    kind = _said(replies, TYPE)
    if kind in PDU_TYPES:
        return "pdu"
    return "ups" if kind == UPS_TYPE or ups_mib.has_battery(replies) else None


def read_ups(replies: SnmpReplies) -> Part:
    """Return what the standard MIB tells, with the last self-test and the alarms' texts of older cards."""
    need(replies, OLD_ALARMS, OLD_ALARM_TEXT)
    if _device_class(replies) == "pdu":
        return Part(None)
    if not ups_mib.has_battery(replies):
        raise Unsupported(ups_mib.NO_BATTERY)
    standard = ups_mib.tellers(replies)
    own = {
        "battery_installed_on": lambda: dates.free_text(replies.text(OLD_REPLACED)),
        "self_test": lambda: either(standard["self_test"], lambda: _self_test(replies.text(OLD_TEST_RESULT))),
        "self_test_at": lambda: either(lambda: dates.at_midnight(_test_day(replies)), standard["self_test_at"]),
        "alarms": lambda: either(
            lambda: ups_mib.alarm_table(replies, OLD_ALARMS, OLD_ALARM_TEXT, lambda text: text.casefold() or "alarm"),
            standard["alarms"],
        ),
    }
    return told(Ups, standard | own)


def _test_day(replies: SnmpReplies) -> date | None:
    return dates.free_text(replies.text(OLD_TEST_DATE))


def _self_test(result: str | None) -> str | Gap | None:
    if result is None:
        return None
    says = SELF_TEST.get(result.casefold())
    return says or Gap(reason=GapReason.NOT_TOLD, text=f"is told as {result[:40]!r}, neither passed nor failed")


def read_phases(replies: SnmpReplies) -> Part:
    """Return the load of each output line of a UPS; a PDU's amperes are no share of a capacity that it tells."""
    if _device_class(replies) == "pdu":
        text = "are not told as a share of the capacity by this model"
        return Part(None, {"": Gap(reason=GapReason.NOT_TOLD, text=text)})
    return ups_mib.read_phases(replies)


def _serial(replies: SnmpReplies) -> str | None:
    return _said(replies, SERIAL) or replies.text(OLD_SERIAL)


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group, with model, serial number and day of manufacture."""
    model = _said(replies, MODEL) or replies.text(ups_mib.MODEL) or ""
    part = system_group.read_identity(replies, vendor="Tripp Lite", model=model, serial=_serial(replies) or "")
    made = told(Identity, {"manufactured_on": lambda: dates.free_text(_said(replies, MADE_ON))})
    if isinstance(part.value, Identity) and isinstance(made.value, Identity):
        return Part(part.value.model_copy(update={"manufactured_on": made.value.manufactured_on}), part.gaps)
    return Part(part.value, {**part.gaps, **made.gaps})


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version of the device's own firmware."""
    return told(Firmware, {"version": lambda: _said(replies, FIRMWARE) or replies.text(ups_mib.UPS_SOFTWARE)})


SECTIONS: Sections[SnmpReplies] = {
    "firmware": read_firmware,
    "components": lambda replies: ups_mib.card(
        replies.text(ups_mib.AGENT_SOFTWARE), serial=replies.text(OLD_CARD_SERIAL)
    ),
    "ups": read_ups,
    "phases": read_phases,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a Tripp Lite UPS, PDU or transfer switch with its network card."""
    return appliance_mibs.facts(replies, read_identity, SECTIONS, serial=_serial, device_class=_device_class)
