"""Any UPS that speaks the UPS-MIB (RFC 1628): Eaton, Riello, Generex, Tripp Lite, Dell, Huawei, CyberPower, others."""

from datetime import datetime, timedelta
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, gather
from collectors.errors import UnexpectedReply, Unsupported
from collectors.facts.facts import Facts
from collectors.facts.gaps import NOT_TOLD, SENTINEL, Gap, GapReason
from collectors.facts.reading import Value
from collectors.facts.sections.power import Phase, Ups
from collectors.facts.sections.system import Component, Firmware
from collectors.readers import system_group
from collectors.replies import SnmpReplies, as_number
from collectors.told import NOT_AVAILABLE, amount, told, whole, word

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "UPS with the standard UPS-MIB (RFC 1628), over SNMP"
DEVICE_CLASS = "ups"

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
INPUT_VOLTAGE = f"{UPS_MIB}.3.3.1.3"  # volts, a row a line
OUTPUT_SOURCE = f"{UPS_MIB}.4.1.0"
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
    *system_group.ASKS,
    MANUFACTURER,
    MODEL,
    UPS_SOFTWARE,
    AGENT_SOFTWARE,
    BATTERY_STATUS,
    SECONDS_ON_BATTERY,
    MINUTES_REMAINING,
    CHARGE_REMAINING,
    BATTERY_TEMPERATURE,
    OUTPUT_SOURCE,
    ALARMS_PRESENT,
    TEST_RESULT,
    TEST_STARTED,
    NOMINAL_INPUT_VOLTAGE,
    INPUT_VOLTAGE,
    OUTPUT_VOLTAGE,
    OUTPUT_CURRENT,
    OUTPUT_POWER,
    OUTPUT_LOAD,
    ALARM_DESCRIPTION,
)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "ups": "an SNMP view with 1.3.6.1.2.1.33 (read only)",
    "phases": "an SNMP view with 1.3.6.1.2.1.33 (read only)",
    "identity": "an SNMP view with 1.3.6.1.2.1.1 and 1.3.6.1.2.1.33 (read only)",
}
GENTLE = Gentle(questions_per_s=10, repetitions_count=6)  # UPS cards have small processors
MATCHES = Matches(
    sys_object_ids=("1.3.6.1.2.1.33",),
    probes=(BATTERY_STATUS, CHARGE_REMAINING),  # a PDU answers objects of this MIB, but has no battery
    rank=500,
)

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


def read_ups(replies: SnmpReplies) -> Part:
    """Return the battery, runtime, output and last self-test; raises Unsupported for a device without a battery."""
    if replies.value(BATTERY_STATUS) is None and replies.value(CHARGE_REMAINING) is None:
        raise Unsupported(NO_BATTERY)
    alarms = read_alarms(replies)
    return told(
        Ups,
        {
            "battery": lambda: _battery(replies.number(BATTERY_STATUS)),
            "battery_replace_due": lambda: BATTERY_BAD in alarms if isinstance(alarms, tuple) else NOT_TOLD,
            "runtime_s": lambda: whole(replies.number(MINUTES_REMAINING), scale=60),
            "charge_percent": lambda: amount(replies.number(CHARGE_REMAINING), highest=100),
            "battery_celsius": lambda: _celsius(replies.number(BATTERY_TEMPERATURE)),
            "output": lambda: word(replies.number(OUTPUT_SOURCE), OUTPUT, "output source"),
            "input_volts": lambda: _input_volts(replies),
            "nominal_volts": lambda: amount(replies.number(NOMINAL_INPUT_VOLTAGE) or None),
            "self_test": lambda: _self_test(replies.number(TEST_RESULT)),
            "self_test_at": lambda: _self_test_at(replies),
            "on_battery_s": lambda: whole(replies.number(SECONDS_ON_BATTERY)),
            "alarms": lambda: alarms,
        },
    )


def _battery(status: int | None) -> str | Gap | None:
    if status == 1:  # unknown(1)
        return SENTINEL
    return word(status, BATTERY, "battery status")


def _celsius(degrees: int | None) -> float | Gap | None:
    if degrees in {0, -273}:  # seen for 'no sensor'; a battery at exactly 0 degrees is not worth a wrong fact
        return SENTINEL
    return amount(degrees, lowest=-40, highest=120)


def _input_volts(replies: SnmpReplies) -> float | Gap | None:
    lines = [volts for _, value in sorted(replies.column(INPUT_VOLTAGE).items()) if (volts := as_number(value))]
    return amount(lines[0]) if lines else None


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
    if began == 0 or began > up - 6_000:  # 6,000 hundredths: a minute
        return SENTINEL
    try:
        return (replies.observed_at - timedelta(seconds=(up - began) / 100)).replace(second=0, microsecond=0)
    except OverflowError as error:
        raise UnexpectedReply(f"is told as {(up - began) / 100:.0f} s ago, which cannot be") from error


def read_alarms(replies: SnmpReplies) -> tuple[str, ...] | Gap:
    """Return the present alarms in words, none when the device counts none, a gap when they cannot be read."""
    count = replies.number(ALARMS_PRESENT)
    if count is None or count < 0 or count in NOT_AVAILABLE:
        return NOT_TOLD
    if count == 0:
        return ()
    rows = replies.column(ALARM_DESCRIPTION)
    names = [str(rows[index].raw) for index in sorted(rows, key=_by_number) if rows[index].kind == "oid"]
    if not count <= len(names) == len(rows) or not replies.complete(ALARM_DESCRIPTION):
        return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"are told as {count}, of which {len(names)} could be read")
    return tuple(ALARMS.get(name.removeprefix(WELL_KNOWN_ALARMS), f"alarm {name}") for name in names)


def _by_number(index: str) -> tuple[int, ...]:
    return tuple(int(arc) for arc in index.split("."))


def read_phases(replies: SnmpReplies) -> Part:
    """Return the load of each output line. A line of all zeros beside a line with voltage is not wired."""
    columns = [replies.column(oid) for oid in (OUTPUT_LOAD, OUTPUT_VOLTAGE, OUTPUT_CURRENT, OUTPUT_POWER)]
    lines = {index for column in columns for index in column}
    live = {index for index in lines if any(as_number(column.get(index)) for column in columns)}
    phases, gaps = [], {}
    for index in sorted(live or lines, key=_by_number):
        load = amount(as_number(columns[0].get(index)), highest=1000)
        phases.append(Phase(name=index, load_percent=load if isinstance(load, float) else None))
        if not isinstance(load, float):
            gaps[f"[{index}].load_percent"] = load or NOT_TOLD
    return Part(tuple(phases), gaps, replies.complete(OUTPUT_LOAD)) if phases else Part(None)


def read_identity(replies: SnmpReplies) -> Value | Part | None:
    """Return the system group, with maker and model of the UPS itself."""
    return system_group.read_identity(replies, vendor=replies.text(MANUFACTURER) or "", model=replies.text(MODEL) or "")


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version of the UPS's own software."""
    return told(Firmware, {"version": lambda: replies.text(UPS_SOFTWARE)})


def read_components(replies: SnmpReplies) -> Part:
    """Return the network card, known by its software's version."""
    version = replies.text(AGENT_SOFTWARE)
    return Part((Component(name="network card", kind="management-card", version=version),) if version else None)


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a UPS; of a device that answers the MIB without a battery only its identity and a gap."""
    return gather(
        replies,
        {
            "identity": read_identity,
            "os": system_group.read_os,
            "firmware": read_firmware,
            "components": read_components,
            "ups": read_ups,
            "phases": read_phases,
        },
        device_class=lambda told: (
            None if told.value(BATTERY_STATUS) is None and told.value(CHARGE_REMAINING) is None else "ups"
        ),
    )
