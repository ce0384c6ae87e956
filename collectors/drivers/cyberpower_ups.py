"""CyberPower UPS devices with a remote management card, by the CPS-MIB and the standard UPS-MIB, over SNMP."""

from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.errors import Unsupported
from collectors.facts.facts import Facts
from collectors.facts.gaps import NOT_TOLD, SENTINEL, Gap, GapReason
from collectors.facts.sections.power import Ups
from collectors.facts.sections.system import Firmware, Identity
from collectors.readers import dates
from collectors.readers.mibs import appliance_mibs, if_mib, system_group, ups_mib
from collectors.replies import SnmpReplies
from collectors.told import NOT_AVAILABLE, Teller, amount, either, no_known, told, whole, word

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "CyberPower UPS (CPS-MIB), over SNMP"
DEVICE_CLASS = "ups"

CPS = "1.3.6.1.4.1.3808.1.1.1"
MODEL = f"{CPS}.1.1.1.0"
FIRMWARE = f"{CPS}.1.2.1.0"
MADE_ON = f"{CPS}.1.2.2.0"  # text, month first
SERIAL = f"{CPS}.1.2.3.0"
CARD_FIRMWARE = f"{CPS}.1.2.4.0"
BATTERY_STATUS = f"{CPS}.2.1.1.0"
TIME_ON_BATTERY = f"{CPS}.2.1.2.0"  # TimeTicks
LAST_REPLACED = f"{CPS}.2.1.3.0"  # text, month first
CAPACITY = f"{CPS}.2.2.1.0"  # percent
TEMPERATURE = f"{CPS}.2.2.3.0"  # degrees Celsius
RUNTIME = f"{CPS}.2.2.4.0"  # TimeTicks: hundredths of a second
REPLACE_INDICATOR = f"{CPS}.2.2.5.0"
INPUT_VOLTAGE = f"{CPS}.3.2.1.0"  # tenths of a volt
OUTPUT_STATUS = f"{CPS}.4.1.1.0"
LOAD = f"{CPS}.4.2.3.0"  # percent
TEST_RESULT = f"{CPS}.7.2.3.0"
TEST_DATE = f"{CPS}.7.2.4.0"  # text, month first

ASKS = (
    *system_group.ASKS, *ups_mib.ASKS, *if_mib.ASKS,
    MODEL, FIRMWARE, MADE_ON, SERIAL, CARD_FIRMWARE, BATTERY_STATUS, TIME_ON_BATTERY, LAST_REPLACED, CAPACITY,
    TEMPERATURE, RUNTIME, REPLACE_INDICATOR, INPUT_VOLTAGE, OUTPUT_STATUS, LOAD, TEST_RESULT, TEST_DATE,
)  # fmt: skip
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "ups": "an SNMP view with 1.3.6.1.4.1.3808.1.1.1 and 1.3.6.1.2.1.33 (read only)",
    "phases": "an SNMP view with 1.3.6.1.4.1.3808.1.1.1 (read only)",
    "identity": "an SNMP view with 1.3.6.1.2.1.1 and 1.3.6.1.4.1.3808.1.1.1 (read only)",
}
GENTLE = Gentle(questions_per_s=10, repetitions_count=6)
MATCHES = Matches(sys_object_ids=(CPS,), probes=(RUNTIME, REPLACE_INDICATOR))

BATTERY = {2: "normal", 3: "low", 4: "absent"}
REPLACE = {1: False, 2: True}
OUTPUT = {
    2: "normal", 3: "battery", 4: "boost", 5: "off", 6: "off", 7: "other", 8: "normal", 9: "bypass", 10: "trim",
    11: "other",
}  # fmt: skip
SELF_TEST = {1: "passed", 2: "failed", 4: "in-progress"}


def read_ups(replies: SnmpReplies) -> Part:
    """Return battery, runtime, output and last self-test: the card's own objects first, then the standard ones."""
    if not _has_battery(replies):
        raise Unsupported(ups_mib.NO_BATTERY)
    standard = ups_mib.tellers(replies)
    own: dict[str, Teller] = {
        "battery": lambda: _known(replies.number(BATTERY_STATUS), BATTERY, "battery status"),
        "battery_replace_due": lambda: _replace_due(replies.number(REPLACE_INDICATOR)),
        "battery_installed_on": lambda: dates.year_or_month_first(replies.text(LAST_REPLACED)),
        "runtime_s": lambda: _seconds(replies.number(RUNTIME)),
        "charge_percent": lambda: amount(replies.number(CAPACITY), highest=100),
        "battery_celsius": lambda: ups_mib.celsius(replies.number(TEMPERATURE)),
        "output": lambda: _known(replies.number(OUTPUT_STATUS), OUTPUT, "output status"),
        "input_volts": lambda: amount(replies.number(INPUT_VOLTAGE), scale=0.1, highest=1000),
        "self_test": lambda: _self_test(replies.number(TEST_RESULT)),
        "self_test_at": lambda: dates.at_midnight(dates.year_or_month_first(replies.text(TEST_DATE))),
        "on_battery_s": lambda: _seconds(replies.number(TIME_ON_BATTERY)),
    }
    joined = {field: _first(tell, standard.get(field)) for field, tell in own.items()}
    if replies.number(BATTERY_STATUS) is not None:  # a card with its own objects has the flag: alarms do not replace it
        joined["battery_replace_due"] = own["battery_replace_due"]
    return told(Ups, standard | joined)


def _first(own: Teller, standard: Teller | None) -> Teller:
    return own if standard is None else lambda: either(own, standard)


def _has_battery(replies: SnmpReplies) -> bool:
    own = any(replies.value(oid) is not None for oid in (BATTERY_STATUS, CAPACITY, RUNTIME))
    return own or ups_mib.has_battery(replies)


def _device_class(replies: SnmpReplies) -> str | None:
    return DEVICE_CLASS if _has_battery(replies) else None


def _known(status: int | None, words: dict[int, str], what: str) -> str | Gap | None:
    return SENTINEL if status == 1 else word(status, words, what)


def _replace_due(indicator: int | None) -> bool | Gap | None:
    if indicator is None or indicator in REPLACE:
        return None if indicator is None else REPLACE[indicator]
    return no_known(indicator, "replace indicator")


def _self_test(result: int | None) -> str | Gap | None:
    if result == 3:
        return Gap(reason=GapReason.NOT_TOLD, text="is not known: the last self-test was not valid")
    return word(result, SELF_TEST, "test result")


def _seconds(ticks: int | None) -> int | Gap | None:
    if ticks is None:
        return None
    return SENTINEL if ticks in NOT_AVAILABLE else whole(ticks // 100)


def read_phases(replies: SnmpReplies) -> Part:
    """Return the load of each output line, else of the whole UPS."""
    standard = ups_mib.read_phases(replies)
    load = replies.number(LOAD)
    if standard.value is not None or load is None:
        return standard if standard.value is not None else Part(None, {"": NOT_TOLD})
    return ups_mib.phases({"1": load})


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group, with model, serial number and day of manufacture of the UPS."""
    model = replies.text(MODEL) or replies.text(ups_mib.MODEL) or ""
    part = system_group.read_identity(replies, vendor="CyberPower", model=model, serial=replies.text(SERIAL) or "")
    made = told(Identity, {"manufactured_on": lambda: dates.year_or_month_first(replies.text(MADE_ON))})
    if isinstance(part.value, Identity) and isinstance(made.value, Identity):
        return Part(part.value.model_copy(update={"manufactured_on": made.value.manufactured_on}), part.gaps)
    return Part(part.value, {**part.gaps, **made.gaps})


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version of the UPS's own firmware."""
    return told(Firmware, {"version": lambda: replies.text(FIRMWARE) or replies.text(ups_mib.UPS_SOFTWARE)})


SECTIONS: Sections[SnmpReplies] = {
    "firmware": read_firmware,
    "components": lambda replies: ups_mib.card(replies.text(CARD_FIRMWARE) or replies.text(ups_mib.AGENT_SOFTWARE)),
    "ups": read_ups,
    "phases": read_phases,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a CyberPower UPS with its management card."""
    return appliance_mibs.facts(replies, read_identity, SECTIONS, serial=SERIAL, device_class=_device_class)
