"""Delta UPS devices, and others with its card, by the DeltaUPS-MIB, over SNMP."""

from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.errors import Unsupported
from collectors.facts.facts import Facts
from collectors.facts.gaps import NOT_TOLD, Gap
from collectors.facts.sections.power import Ups
from collectors.facts.sections.system import Firmware
from collectors.readers import dates
from collectors.readers.mibs import appliance_mibs, if_mib, system_group, ups_mib
from collectors.replies import SnmpReplies
from collectors.told import amount, told, whole, word

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Delta UPS (DeltaUPS-MIB), over SNMP"
DEVICE_CLASS = "ups"

DELTA = "1.3.6.1.4.1.2254.2.4"
MANUFACTURER = f"{DELTA}.1.1.0"
MODEL = f"{DELTA}.1.2.0"
UPS_SOFTWARE = f"{DELTA}.1.3.0"
AGENT_SOFTWARE = f"{DELTA}.1.4.0"
NOMINAL_VOLTAGE = f"{DELTA}.1.10.0"
INPUT_VOLTAGE = f"{DELTA}.4.3.0"  # tenths of a volt
OUTPUT_SOURCE = f"{DELTA}.5.1.0"
OUTPUT_LINES = f"{DELTA}.5.3.0"
OUTPUT_LOADS = {"1": f"{DELTA}.5.7.0", "2": f"{DELTA}.5.11.0", "3": f"{DELTA}.5.15.0"}  # percent
BATTERY_CONDITION = f"{DELTA}.7.1.0"
BATTERY_STATUS = f"{DELTA}.7.2.0"
SECONDS_ON_BATTERY = f"{DELTA}.7.4.0"
MINUTES_REMAINING = f"{DELTA}.7.5.0"
CAPACITY = f"{DELTA}.7.8.0"  # percent
TEMPERATURE = f"{DELTA}.7.9.0"  # degrees Celsius
LAST_REPLACED = f"{DELTA}.7.10.0"  # YYYYMMDD
NEXT_REPLACED = f"{DELTA}.7.11.0"  # YYYYMMDD
TEST_RESULT = f"{DELTA}.8.2.0"
ALARM_FLAGS = {
    f"{DELTA}.9.{number}.0": says
    for number, says in {
        1: "communications lost", 2: "input bad", 3: "low battery", 4: "load warning", 5: "load too high",
        6: "on bypass", 7: "general fault", 8: "battery ground fault", 10: "diagnostic test failed",
        11: "fuse failure", 12: "output overload", 13: "output overcurrent", 14: "inverter abnormal",
        15: "rectifier abnormal", 16: "reserve abnormal", 17: "load on reserve", 18: "temperature bad",
        19: "output bad", 20: "bypass bad", 21: "ups system off", 22: "charger failed", 23: "fan failure",
        25: "ups output off", 26: "shutdown imminent", 27: "emergency power off", 28: "shutdown pending",
    }.items()
}  # fmt: skip
"""Flags off(0) or on(1); 9, a test in progress, and 24, economic mode, are no alarms."""

ASKS = (
    *system_group.ASKS, *if_mib.ASKS,
    MANUFACTURER, MODEL, UPS_SOFTWARE, AGENT_SOFTWARE, NOMINAL_VOLTAGE, INPUT_VOLTAGE, OUTPUT_SOURCE, OUTPUT_LINES,
    *OUTPUT_LOADS.values(), BATTERY_CONDITION, BATTERY_STATUS, SECONDS_ON_BATTERY, MINUTES_REMAINING, CAPACITY,
    TEMPERATURE, LAST_REPLACED, NEXT_REPLACED, TEST_RESULT, *ALARM_FLAGS,
)  # fmt: skip
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "ups": "an SNMP view with 1.3.6.1.4.1.2254.2.4 (read only)",
    "phases": "an SNMP view with 1.3.6.1.4.1.2254.2.4 (read only)",
    "identity": "an SNMP view with 1.3.6.1.2.1.1 and 1.3.6.1.4.1.2254.2.4 (read only)",
}
GENTLE = Gentle(questions_per_s=10, repetitions_count=6)
MATCHES = Matches(sys_object_ids=(DELTA,), probes=(CAPACITY, BATTERY_STATUS))

BATTERY = {0: "normal", 1: "low", 2: "depleted"}
REPLACE = 2  # good(0), weak(1), replace(2)
OUTPUT = {
    0: "normal", 1: "battery", 2: "bypass", 3: "trim", 4: "boost", 5: "bypass", 6: "other", 7: "off",
}  # fmt: skip
SELF_TEST = {0: "never-run", 1: "passed", 2: "in-progress", 3: "failed", 4: "failed", 5: "failed"}


def _has_battery(replies: SnmpReplies) -> bool:
    return any(replies.value(oid) is not None for oid in (BATTERY_STATUS, CAPACITY))


def read_ups(replies: SnmpReplies) -> Part:
    """Return battery, runtime, output and last self-test (without its date, which the MIB does not have)."""
    if not _has_battery(replies):
        raise Unsupported(ups_mib.NO_BATTERY)
    return told(
        Ups,
        {
            "battery": lambda: word(replies.number(BATTERY_STATUS), BATTERY, "battery status"),
            "battery_replace_due": lambda: _replace_due(replies.number(BATTERY_CONDITION)),
            "battery_installed_on": lambda: dates.year_or_month_first(replies.text(LAST_REPLACED)),
            "replace_recommended_on": lambda: dates.year_or_month_first(replies.text(NEXT_REPLACED)),
            "runtime_s": lambda: whole(replies.number(MINUTES_REMAINING), scale=60),
            "charge_percent": lambda: amount(replies.number(CAPACITY), highest=100),
            "battery_celsius": lambda: ups_mib.celsius(replies.number(TEMPERATURE)),
            "output": lambda: word(replies.number(OUTPUT_SOURCE), OUTPUT, "output source"),
            "input_volts": lambda: amount(replies.number(INPUT_VOLTAGE), scale=0.1, highest=1000),
            "nominal_volts": lambda: amount(replies.number(NOMINAL_VOLTAGE) or None, highest=1000),
            "self_test": lambda: word(replies.number(TEST_RESULT), SELF_TEST, "test result"),
            "on_battery_s": lambda: whole(replies.number(SECONDS_ON_BATTERY)),
            "alarms": lambda: _alarms(replies),
        },
    )


def _replace_due(condition: int | None) -> bool | Gap | None:
    said = word(condition, {0: "no", 1: "no", REPLACE: "yes"}, "battery condition")
    return said == "yes" if isinstance(said, str) else said


def _alarms(replies: SnmpReplies) -> tuple[str, ...] | Gap:
    """Return the flags that are on; that none is on is certain only when all are told."""
    flags = {says: replies.number(oid) for oid, says in ALARM_FLAGS.items()}
    present = tuple(says for says, flag in flags.items() if flag == 1)
    return present if present or all(flag == 0 for flag in flags.values()) else NOT_TOLD


def read_phases(replies: SnmpReplies) -> Part:
    """Return the load of each output line that the UPS has."""
    lines = replies.number(OUTPUT_LINES)
    loads = {name: replies.number(oid) for name, oid in OUTPUT_LOADS.items()}
    wired = {name: load for name, load in loads.items() if load is not None and (lines is None or int(name) <= lines)}
    return ups_mib.phases(dict(wired)) if wired else Part(None, {"": NOT_TOLD})


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group, with maker and model; the MIB has no serial number."""
    maker = replies.text(MANUFACTURER) or "Delta"
    return system_group.read_identity(replies, vendor=maker, model=replies.text(MODEL) or "")


def _device_class(replies: SnmpReplies) -> str | None:
    return DEVICE_CLASS if _has_battery(replies) else None


SECTIONS: Sections[SnmpReplies] = {
    "firmware": lambda replies: told(Firmware, {"version": lambda: replies.text(UPS_SOFTWARE)}),
    "components": lambda replies: ups_mib.card(replies.text(AGENT_SOFTWARE)),
    "ups": read_ups,
    "phases": read_phases,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a Delta UPS with its network card."""
    return appliance_mibs.facts(replies, read_identity, SECTIONS, device_class=_device_class)
