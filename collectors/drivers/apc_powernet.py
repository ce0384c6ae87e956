"""APC UPS devices and network management cards, by the PowerNet-MIB, over SNMP.

It is long because of the words of the 64 state flags, which no other device has.
"""

from collections.abc import Mapping
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.errors import UnexpectedReply
from collectors.facts.facts import Facts
from collectors.facts.gaps import NOT_TOLD, SENTINEL, Gap, GapReason
from collectors.facts.sections.power import Phase, Ups
from collectors.facts.sections.system import Firmware
from collectors.readers import dates
from collectors.readers.mibs import apc_card, appliance_mibs, if_mib, system_group
from collectors.replies import SnmpReplies, as_number
from collectors.told import NOT_AVAILABLE, amount, either, first_told, no_known, told, whole, word

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "APC UPS (PowerNet-MIB), over SNMP"
DEVICE_CLASS = "ups"

PRODUCTS = "1.3.6.1.4.1.318"
UPS = f"{PRODUCTS}.1.1.1"
MODEL = f"{UPS}.1.1.1.0"
UPS_FIRMWARE = f"{UPS}.1.2.1.0"
MADE_ON = f"{UPS}.1.2.2.0"
SERIAL = f"{UPS}.1.2.3.0"
BATTERY_STATUS = f"{UPS}.2.1.1.0"
TIME_ON_BATTERY = f"{UPS}.2.1.2.0"  # TimeTicks
LAST_REPLACED = f"{UPS}.2.1.3.0"  # text, month first; year first from apcupsd
CAPACITY = f"{UPS}.2.2.1.0"  # percent
TEMPERATURE = f"{UPS}.2.2.2.0"  # degrees Celsius
RUNTIME = f"{UPS}.2.2.3.0"  # TimeTicks: hundredths of a second
REPLACE_INDICATOR = f"{UPS}.2.2.4.0"
BAD_PACKS = f"{UPS}.2.2.6.0"
RECOMMENDED_REPLACE = f"{UPS}.2.2.21.0"
FINE_CAPACITY = f"{UPS}.2.3.1.0"  # tenths of a percent
FINE_TEMPERATURE = f"{UPS}.2.3.2.0"  # tenths of a degree
INPUT_VOLTAGE = f"{UPS}.3.2.1.0"
FINE_INPUT_VOLTAGE = f"{UPS}.3.3.1.0"  # tenths of a volt
OUTPUT_STATUS = f"{UPS}.4.1.1.0"
LOAD = f"{UPS}.4.2.3.0"  # percent
FINE_LOAD = f"{UPS}.4.3.3.0"  # tenths of a percent
NOMINAL_VOLTAGE = f"{UPS}.5.2.1.0"
TEST_RESULT = f"{UPS}.7.2.3.0"
TEST_DATE = f"{UPS}.7.2.4.0"  # text, month first
COMMUNICATION = f"{UPS}.8.1.0"  # 1: the card hears the UPS, 2: it does not
OUTPUT_STATE = f"{UPS}.11.1.1.0"
NOMINAL_INPUT_VOLTAGE = f"{UPS}.3.2.7.0"
PHASE_LOAD = f"{UPS}.9.3.3.1.10"  # percent, -1 where the model cannot tell

ASKS = (
    *system_group.ASKS,
    MODEL,
    UPS_FIRMWARE,
    MADE_ON,
    SERIAL,
    BATTERY_STATUS,
    TIME_ON_BATTERY,
    LAST_REPLACED,
    CAPACITY,
    TEMPERATURE,
    RUNTIME,
    REPLACE_INDICATOR,
    BAD_PACKS,
    RECOMMENDED_REPLACE,
    FINE_CAPACITY,
    FINE_TEMPERATURE,
    INPUT_VOLTAGE,
    FINE_INPUT_VOLTAGE,
    OUTPUT_STATUS,
    LOAD,
    FINE_LOAD,
    NOMINAL_VOLTAGE,
    TEST_RESULT,
    TEST_DATE,
    COMMUNICATION,
    OUTPUT_STATE,
    NOMINAL_INPUT_VOLTAGE,
    PHASE_LOAD,
    *apc_card.ASKS,
    *if_mib.ASKS,
)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "ups": "an SNMP view with 1.3.6.1.4.1.318.1.1.1 (read only)",
    "phases": "an SNMP view with 1.3.6.1.4.1.318.1.1.1 (read only)",
    "components": "an SNMP view with 1.3.6.1.2.1.1 (read only)",
    "interfaces": "an SNMP view with 1.3.6.1.2.1.2 and 1.3.6.1.2.1.31 (read only)",
}
GENTLE = Gentle(questions_per_s=10, repetitions_count=6)  # the cards have small processors
MATCHES = Matches(
    sys_object_ids=tuple(f"{PRODUCTS}.1.3.{product}" for product in (2, 3, 5, 7, 16, 17, 27, 28, 33)),
    probes=(RUNTIME, REPLACE_INDICATOR),
)

BATTERY = {2: "normal", 3: "low", 4: "fault", 5: "absent"}
OUTPUT = {
    2: "normal",
    3: "battery",
    4: "boost",
    5: "off",
    6: "bypass",
    7: "off",
    8: "other",
    9: "bypass",
    10: "bypass",
    11: "off",
    12: "trim",
    13: "normal",
    14: "other",
    15: "battery",
    16: "bypass",
    17: "bypass",
    18: "normal",
    19: "normal",
    20: "normal",
}
SELF_TEST = {1: "passed", 2: "failed", 4: "in-progress"}
STATE_FLAGS = {  # upsBasicStateOutputState: 64 characters 0 or 1; only those that somebody must look at
    2: "on battery",
    3: "low battery",
    5: "replace battery",
    9: "overload",
    11: "batteries discharged",
    12: "manual bypass",
    13: "software bypass",
    14: "bypass after an internal fault",
    15: "bypass after a supply failure",
    16: "bypass after a fan failure",
    21: "battery communication lost",
    23: "boost or trim fault",
    24: "bad output voltage",
    25: "battery charger failure",
    26: "high battery temperature",
    27: "battery temperature warning",
    28: "critical battery temperature",
    33: "no batteries attached",
    37: "inverter imbalance",
    38: "transfer relay failure",
    39: "shutdown or unable to transfer",
    40: "low battery shutdown",
    41: "fan failure",
    42: "main relay failure",
    43: "bypass relay failure",
    45: "high internal temperature",
    46: "battery temperature sensor fault",
    47: "input out of range for bypass",
    48: "bus overvoltage",
    49: "power factor correction failure",
    50: "critical hardware fault",
    53: "emergency power off",
    54: "load alarm violation",
    55: "bypass phase fault",
    56: "internal communication failure",
}
STATE_COUNT = 64
HEARS_UPS = 6  # serial communication established


def _heard(replies: SnmpReplies) -> None:
    """Raise UnexpectedReply when the card has lost its UPS, or says it in no word we know: its numbers are old.

    A card that does not have the object at all is believed: most that were recorded do not tell it.
    """
    state = _flags(replies.text(OUTPUT_STATE))
    unheard = replies.value(COMMUNICATION) is not None and replies.number(COMMUNICATION) != 1
    if unheard or (state and HEARS_UPS not in state):
        raise UnexpectedReply("is not current: the management card cannot hear the UPS")


def read_ups(replies: SnmpReplies) -> Part:
    """Return battery, runtime, output and last self-test; high-precision objects come before the rounded ones."""
    _heard(replies)
    return told(
        Ups,
        {
            "battery": lambda: _battery(replies.number(BATTERY_STATUS)),
            "battery_replace_due": lambda: _replace_due(replies.number(REPLACE_INDICATOR)),
            "battery_installed_on": lambda: dates.year_or_month_first(replies.text(LAST_REPLACED)),
            "runtime_s": lambda: _seconds(replies.number(RUNTIME)),
            "charge_percent": lambda: _fine(replies, FINE_CAPACITY, CAPACITY, lowest=0, highest=100),
            "battery_celsius": lambda: _celsius(replies),
            "output": lambda: _output(replies.number(OUTPUT_STATUS)),
            "input_volts": lambda: _fine(replies, FINE_INPUT_VOLTAGE, INPUT_VOLTAGE, lowest=0, highest=1000),
            "nominal_volts": lambda: either(
                lambda: amount(replies.number(NOMINAL_INPUT_VOLTAGE) or None, highest=1000),
                lambda: amount(replies.number(NOMINAL_VOLTAGE) or None, highest=1000),
            ),
            "self_test": lambda: _self_test(replies.number(TEST_RESULT)),
            "self_test_at": lambda: dates.at_midnight(dates.year_or_month_first(replies.text(TEST_DATE))),
            "on_battery_s": lambda: _seconds(replies.number(TIME_ON_BATTERY)),
            "bad_battery_packs_count": lambda: whole(replies.number(BAD_PACKS)),
            "replace_recommended_on": lambda: dates.year_or_month_first(replies.text(RECOMMENDED_REPLACE)),
            "alarms": lambda: _alarms(replies.text(OUTPUT_STATE)),
        },
    )


def _battery(status: int | None) -> str | Gap | None:
    return SENTINEL if status == 1 else word(status, BATTERY, "battery status")


def _replace_due(indicator: int | None) -> bool | Gap | None:
    if indicator in {1, 2}:
        return indicator == 2
    return None if indicator is None else no_known(indicator, "replace indicator")


def _output(status: int | None) -> str | Gap | None:
    return SENTINEL if status == 1 else word(status, OUTPUT, "output status")


def _self_test(result: int | None) -> str | Gap | None:
    if result == 3:
        return Gap(reason=GapReason.NOT_TOLD, text="is not known: the last self-test was not valid")
    return word(result, SELF_TEST, "test result")


def _celsius(replies: SnmpReplies) -> float | Gap | None:
    """Return the battery's temperature; exactly 0 is told where there is no sensor."""
    degrees = _fine(replies, FINE_TEMPERATURE, TEMPERATURE, lowest=-40, highest=120)
    return SENTINEL if degrees == 0 else degrees


def _flags(state: str | None) -> frozenset[int]:
    """Return the numbers of the flags that are set, counted from 1; none when the text is no list of flags."""
    text = state or ""
    whole_list = len(text) == STATE_COUNT and set(text) <= {"0", "1"}
    return frozenset(number for number, flag in enumerate(text, 1) if flag == "1") if whole_list else frozenset()


def _alarms(state: str | None) -> tuple[str, ...] | Gap | None:
    """Return the flags that are alarms, in words."""
    flags = _flags(state)
    if state is not None and not flags:
        return Gap(reason=GapReason.UNEXPECTED_REPLY, text=f"are told as {state[:70]!r}, which are no known flags")
    return tuple(says for number, says in STATE_FLAGS.items() if number in flags) if flags else None


def _seconds(ticks: int | None) -> int | Gap | None:
    if ticks is None:
        return None
    return SENTINEL if ticks < 0 or ticks in NOT_AVAILABLE else ticks // 100


def _fine(replies: SnmpReplies, fine: str, plain: str, lowest: float, highest: float) -> float | Gap | None:
    """Return the value of the object in tenths, else of the rounded one; zero Kelvin and sentinels are no value."""
    found = first_told(replies, fine, plain)
    if found is None:
        return SENTINEL if replies.value(fine) or replies.value(plain) else None
    oid, number = found
    return amount(number, scale=0.1 if oid == fine else 1, lowest=lowest, highest=highest)


def read_phases(replies: SnmpReplies) -> Part:
    """Return the load of each phase, or of the whole output where the model tells no phases."""
    _heard(replies)
    rows = {index: amount(as_number(value), highest=1000) for index, value in replies.column(PHASE_LOAD).items()}
    if any(isinstance(load, float) for load in rows.values()):
        return _several(rows, complete=replies.complete(PHASE_LOAD))
    load = _fine(replies, FINE_LOAD, LOAD, lowest=0, highest=1000)
    if load is None or isinstance(load, Gap):
        return Part(None, {"": load or NOT_TOLD})
    return Part((Phase(name="1", load_percent=load),))


def _several(rows: Mapping[str, float | Gap | None], *, complete: bool) -> Part:
    """Return phases by their number, of several outputs with the output's before it; one not told stays, with a gap."""
    outputs = {index.rpartition(".")[0] for index in rows}
    phases, gaps = [], {}
    for index, load in sorted(rows.items()):
        name = index if len(outputs) > 1 else index.rpartition(".")[2]
        phases.append(Phase(name=name, load_percent=load if isinstance(load, float) else None))
        if not isinstance(load, float):
            gaps[f"[{name}].load_percent"] = load or NOT_TOLD
    return Part(tuple(phases), gaps, complete)


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group, with model and serial number of the UPS itself."""
    return system_group.read_identity(
        replies, vendor="APC", model=replies.text(MODEL) or "", serial=replies.text(SERIAL) or ""
    )


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version of the UPS's own firmware; no release date is told (sysDescr's MD is the card's birthday)."""
    return told(Firmware, {"version": lambda: replies.text(UPS_FIRMWARE)})


SECTIONS: Sections[SnmpReplies] = {
    "firmware": read_firmware,
    "components": apc_card.read_components,
    "ups": read_ups,
    "phases": read_phases,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of an APC UPS with its network card."""
    return appliance_mibs.facts(replies, read_identity, SECTIONS, serial=SERIAL, device_class=DEVICE_CLASS)
