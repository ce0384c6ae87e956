"""A UPS by the standard UPS-MIB (RFC 1628): what the generic driver and those of vendors that answer it too share."""

from collections.abc import Callable
from datetime import datetime

from collectors.driver import Part
from collectors.errors import CollectError, Unsupported
from collectors.facts.gaps import NOT_TOLD, SENTINEL, Gap, GapReason
from collectors.facts.sections.power import Phase, Ups
from collectors.facts.sections.system import Component
from collectors.readers import dates
from collectors.readers.mibs import system_group
from collectors.readers.mibs.snmp_tables import by_number
from collectors.replies import SnmpReplies, SnmpValue, as_number, as_text
from collectors.told import NOT_AVAILABLE, Teller, amount, told, whole, word

UPS_MIB = "1.3.6.1.2.1.33.1"
MANUFACTURER = f"{UPS_MIB}.1.1.0"
MODEL = f"{UPS_MIB}.1.2.0"
UPS_SOFTWARE = f"{UPS_MIB}.1.3.0"
AGENT_SOFTWARE = f"{UPS_MIB}.1.4.0"
BATTERY_STATUS = f"{UPS_MIB}.2.1.0"
SECONDS_ON_BATTERY = f"{UPS_MIB}.2.2.0"
MINUTES_REMAINING = f"{UPS_MIB}.2.3.0"
CHARGE_REMAINING = f"{UPS_MIB}.2.4.0"  # percent
BATTERY_TEMPERATURE = f"{UPS_MIB}.2.7.0"  # degrees Celsius
INPUT_LINE_BADS = f"{UPS_MIB}.3.1.0"  # how often the input went out of tolerance; a counter
INPUT_VOLTAGE = f"{UPS_MIB}.3.3.1.3"  # volts, a row a line
OUTPUT_SOURCE = f"{UPS_MIB}.4.1.0"
OUTPUT_LINES = f"{UPS_MIB}.4.3.0"
OUTPUT_VOLTAGE = f"{UPS_MIB}.4.4.1.2"
OUTPUT_CURRENT = f"{UPS_MIB}.4.4.1.3"
OUTPUT_POWER = f"{UPS_MIB}.4.4.1.4"
OUTPUT_LOAD = f"{UPS_MIB}.4.4.1.5"  # percent of the capacity
ALARMS_PRESENT = f"{UPS_MIB}.6.1.0"
ALARM_DESCRIPTION = f"{UPS_MIB}.6.2.1.2"
TEST_RESULT = f"{UPS_MIB}.7.3.0"
TEST_STARTED = f"{UPS_MIB}.7.5.0"  # sysUpTime when the test began, hundredths of a second
NOMINAL_INPUT_VOLTAGE = f"{UPS_MIB}.9.1.0"

ASKS = (
    MANUFACTURER, MODEL, UPS_SOFTWARE, AGENT_SOFTWARE, BATTERY_STATUS, SECONDS_ON_BATTERY, MINUTES_REMAINING,
    CHARGE_REMAINING, BATTERY_TEMPERATURE, INPUT_LINE_BADS, OUTPUT_SOURCE, OUTPUT_LINES, ALARMS_PRESENT, TEST_RESULT,
    TEST_STARTED, NOMINAL_INPUT_VOLTAGE, INPUT_VOLTAGE, OUTPUT_VOLTAGE, OUTPUT_CURRENT, OUTPUT_POWER, OUTPUT_LOAD,
    ALARM_DESCRIPTION,
)  # fmt: skip

BATTERY = {2: "normal", 3: "low", 4: "depleted"}
OUTPUT = {1: "other", 2: "off", 3: "normal", 4: "bypass", 5: "battery", 6: "boost", 7: "trim"}
SELF_TEST = {1: "passed", 3: "failed", 5: "in-progress", 6: "never-run"}
WELL_KNOWN_ALARMS = f"{UPS_MIB}.6.3."
ALARMS = {
    "1": "battery bad",
    "2": "on battery",
    "3": "low battery",
    "4": "depleted battery",
    "5": "temperature bad",
    "6": "input bad",
    "7": "output bad",
    "8": "output overload",
    "9": "on bypass",
    "10": "bypass bad",
    "11": "output off as requested",
    "12": "ups off as requested",
    "13": "charger failed",
    "14": "ups output off",
    "15": "ups system off",
    "16": "fan failure",
    "17": "fuse failure",
    "18": "general fault",
    "19": "diagnostic test failed",
    "20": "communications lost",
    "21": "awaiting power",
    "22": "shutdown pending",
    "23": "shutdown imminent",
    "24": "test in progress",
}
BATTERY_BAD = "battery bad"
NO_BATTERY = "no battery object is answered: this is no UPS"
TEST_IS_NOW_TICKS = 6_000  # a minute: some cards answer the present sysUpTime instead of the test's


def has_battery(replies: SnmpReplies) -> bool:
    """Return whether the device tells of a battery; a PDU that answers the MIB's identity and alarms does not."""
    return replies.value(BATTERY_STATUS) is not None or replies.value(CHARGE_REMAINING) is not None


def device_class(replies: SnmpReplies) -> str | None:
    """Return 'ups' for a device that tells of a battery."""
    return "ups" if has_battery(replies) else None


def read_ups(replies: SnmpReplies) -> Part:
    """Return battery, runtime, output and last self-test; raises Unsupported for a device without a battery."""
    if not has_battery(replies):
        raise Unsupported(NO_BATTERY)
    return told(Ups, tellers(replies))


def tellers(replies: SnmpReplies) -> dict[str, Teller]:
    """Return how each field of the section `ups` is told by the MIB, for a vendor's driver to put its own before."""
    alarms = alarms_or_gap(replies)
    return {
        "battery": lambda: battery(replies.number(BATTERY_STATUS)),
        "battery_replace_due": lambda: BATTERY_BAD in alarms if isinstance(alarms, tuple) else NOT_TOLD,
        "runtime_s": lambda: whole(replies.number(MINUTES_REMAINING), scale=60),
        "charge_percent": lambda: amount(replies.number(CHARGE_REMAINING), highest=100),
        "battery_celsius": lambda: celsius(replies.number(BATTERY_TEMPERATURE)),
        "output": lambda: word(replies.number(OUTPUT_SOURCE), OUTPUT, "output source"),
        "input_volts": lambda: amount(first_line(replies.column(INPUT_VOLTAGE)), highest=1000),
        "nominal_volts": lambda: amount(replies.number(NOMINAL_INPUT_VOLTAGE) or None, highest=1000),
        "self_test": lambda: _self_test(replies.number(TEST_RESULT)),
        "self_test_at": lambda: _self_test_at(replies),
        "on_battery_s": lambda: whole(replies.number(SECONDS_ON_BATTERY)),
        "transfers_count": lambda: whole(replies.number(INPUT_LINE_BADS)),
        "alarms": lambda: alarms,
    }


def battery(status: int | None) -> str | Gap | None:
    """Return our word for a battery status that counts unknown(1), normal(2), low(3), depleted(4)."""
    return SENTINEL if status == 1 else word(status, BATTERY, "battery status")


def celsius(degrees: int | None, scale: float = 1) -> float | Gap | None:
    """Return a battery's temperature; 0 and zero Kelvin are seen for 'no sensor', and no battery is at exactly 0."""
    if degrees in {0, -273, -2730}:
        return SENTINEL
    return amount(degrees, scale=scale, lowest=-40, highest=120)


def first_line(column: dict[str, SnmpValue]) -> int | None:
    """Return the voltage of the first line that has one: lines that are not wired are told as 0."""
    return next((volts for index in sorted(column, key=by_number) if (volts := as_number(column[index]))), None)


def _self_test(result: int | None) -> str | Gap | None:
    if result == 2:  # doneWarning
        return Gap(reason=GapReason.UNEXPECTED_REPLY, text="is told as ended with a warning, neither passed nor failed")
    if result == 4:
        return Gap(reason=GapReason.NOT_TOLD, text="is not known: the last self-test was stopped")
    return word(result, SELF_TEST, "test result")


def _self_test_at(replies: SnmpReplies) -> datetime | Gap | None:
    """Return when the last self-test began: known only since the last start, as sysUpTime at that moment.

    Cards without a test answer 0, and some the present sysUpTime instead of the test's.
    """
    began, up = replies.number(TEST_STARTED), replies.number(system_group.SYS_UP_TIME)
    if replies.number(TEST_RESULT) not in {1, 2, 3} or began is None or up is None:
        return None
    if began == 0 or began > up - TEST_IS_NOW_TICKS:
        return SENTINEL
    return dates.ticks_ago(up - began, replies.observed_at)


def alarms_or_gap(replies: SnmpReplies) -> tuple[str, ...] | Gap:
    """Return the present alarms, or the gap that says why they are not known."""
    try:
        return read_alarms(replies)
    except CollectError as error:
        return error.gap


def read_alarms(replies: SnmpReplies) -> tuple[str, ...] | Gap:
    """Return the present alarms in words, none when the device counts none, a gap when they cannot be read."""
    alarms = alarm_table(replies, ALARMS_PRESENT, ALARM_DESCRIPTION, _alarm)
    rows = [] if isinstance(alarms, Gap) or not alarms else list(replies.column(ALARM_DESCRIPTION).values())
    if any(row.kind != "oid" for row in rows):
        return Gap(reason=GapReason.UNEXPECTED_REPLY, text="are told by other than their well-known names")
    return alarms


def alarm_table(
    replies: SnmpReplies, count: str, rows: str, says: Callable[[str], str | None]
) -> tuple[str, ...] | Gap:
    """Return what the rows of an alarm table say, without those for which `says` has None, which are mere notices.

    The gap says why they are not known: no count is told, or fewer rows than that could be read.
    """
    present = replies.number(count)
    if present is None or present < 0 or present in NOT_AVAILABLE:
        return NOT_TOLD
    if present == 0:
        return ()
    column = replies.column(rows)
    if len(column) < present or not replies.complete(rows):
        text = f"are told as {present}, of which {len(column)} could be read"
        return Gap(reason=GapReason.UNEXPECTED_REPLY, text=text)
    told_alarms = (says(as_text(column[index]) or "") for index in sorted(column, key=by_number))
    return tuple(alarm for alarm in told_alarms if alarm is not None)


def _alarm(name: str) -> str:
    return ALARMS.get(name.removeprefix(WELL_KNOWN_ALARMS), f"alarm {name}")


def read_phases(replies: SnmpReplies) -> Part:
    """Return the load of each output line. A line of all zeros beside a line with voltage is not wired."""
    loads = replies.column(OUTPUT_LOAD)
    columns = [replies.column(oid) for oid in (OUTPUT_VOLTAGE, OUTPUT_CURRENT, OUTPUT_POWER, OUTPUT_LOAD)]
    lines = {index for column in columns for index in column}
    live = {index for index in lines if any(as_number(column.get(index)) for column in columns)}
    part = phases({index: as_number(loads.get(index)) for index in live or lines})
    return Part(part.value, part.gaps, replies.complete(OUTPUT_LOAD) and _all_lines(replies, len(lines)))


def _all_lines(replies: SnmpReplies, count: int) -> bool:
    lines = replies.number(OUTPUT_LINES)
    return lines is None or lines in NOT_AVAILABLE or count >= lines


def phases(loads: dict[str, int | None], scale: float = 1) -> Part:
    """Return the phases with their load in percent (raw times scale), in order of their index, named by it."""
    found, gaps = [], {}
    for index in sorted(loads, key=by_number):
        load = amount(loads[index], scale=scale, highest=1000)
        found.append(Phase(name=index, load_percent=load if isinstance(load, float) else None))
        if not isinstance(load, float):
            gaps[f"[{index}].load_percent"] = load or NOT_TOLD
    return Part(tuple(found) or None, gaps)


def card(version: str | None, **fields: object) -> Part:
    """Return the network card as the only component; nothing when it says nothing of itself."""
    known = {name: value for name, value in {"version": version, **fields}.items() if value}
    if not known:
        return Part(None)
    return Part((Component.model_validate({"name": "network card", "kind": "management-card", **known}),))
