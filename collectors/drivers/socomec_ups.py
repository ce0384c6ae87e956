"""Socomec UPS devices with a Net Vision card, by the SOCOMECUPS-MIB, over SNMP."""

from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.errors import Unsupported
from collectors.facts.facts import Facts
from collectors.facts.gaps import NOT_TOLD, SENTINEL, Gap
from collectors.facts.sections.power import Ups
from collectors.readers.mibs import appliance_mibs, if_mib, system_group, ups_mib
from collectors.replies import SnmpReplies, as_number
from collectors.told import amount, told, whole, word

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Socomec UPS (Net Vision card), over SNMP"
DEVICE_CLASS = "ups"

SOCOMEC = "1.3.6.1.4.1.4555.1.1.7"
MODEL = f"{SOCOMEC}.1.1.1.0"
SERIAL = f"{SOCOMEC}.1.1.2.0"
CARD_SOFTWARE = f"{SOCOMEC}.1.1.5.0"
BATTERY_STATUS = f"{SOCOMEC}.1.2.1.0"
SECONDS_ON_BATTERY = f"{SOCOMEC}.1.2.2.0"  # -1 while the mains is there
MINUTES_REMAINING = f"{SOCOMEC}.1.2.3.0"
CHARGE_REMAINING = f"{SOCOMEC}.1.2.4.0"  # percent
TEMPERATURE = f"{SOCOMEC}.1.2.6.0"  # tenths of a degree
INPUT_VOLTAGE = f"{SOCOMEC}.1.3.3.1.2"  # tenths of a volt
OUTPUT_SOURCE = f"{SOCOMEC}.1.4.1.0"
OUTPUT_LOAD = f"{SOCOMEC}.1.4.4.1.4"  # percent, a row a line
ALARMS_PRESENT = f"{SOCOMEC}.1.6.1.0"
ALARM_DESCRIPTION = f"{SOCOMEC}.1.6.2.1.2"

ASKS = (
    *system_group.ASKS, *if_mib.ASKS,
    MODEL, SERIAL, CARD_SOFTWARE, BATTERY_STATUS, SECONDS_ON_BATTERY, MINUTES_REMAINING, CHARGE_REMAINING, TEMPERATURE,
    INPUT_VOLTAGE, OUTPUT_SOURCE, OUTPUT_LOAD, ALARMS_PRESENT, ALARM_DESCRIPTION,
)  # fmt: skip
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "ups": "an SNMP view with 1.3.6.1.4.1.4555.1.1.7 (read only)",
    "phases": "an SNMP view with 1.3.6.1.4.1.4555.1.1.7 (read only)",
    "identity": "an SNMP view with 1.3.6.1.2.1.1 and 1.3.6.1.4.1.4555.1.1.7 (read only)",
}
GENTLE = Gentle(questions_per_s=10, repetitions_count=6)
MATCHES = Matches(sys_object_ids=(SOCOMEC,), probes=(BATTERY_STATUS, CHARGE_REMAINING))

BATTERY = {
    2: "normal", 3: "normal", 4: "normal", 5: "normal", 6: "low", 7: "depleted", 8: "fault", 9: "absent",
}  # fmt: skip
DISCHARGING = {5, 6, 7}  # with the load on the inverter, the UPS then lives on its battery
OUTPUT = {
    2: "bypass", 3: "normal", 4: "normal", 5: "normal", 6: "bypass", 7: "off", 8: "off", 9: "normal", 10: "other",
}  # fmt: skip
ON_INVERTER = 3


def _has_battery(replies: SnmpReplies) -> bool:
    return any(replies.value(oid) is not None for oid in (BATTERY_STATUS, CHARGE_REMAINING))


def read_ups(replies: SnmpReplies) -> Part:
    """Return battery, runtime and output; the MIB tells no self-test and no age of the battery."""
    if not _has_battery(replies):
        raise Unsupported(ups_mib.NO_BATTERY)
    return told(
        Ups,
        {
            "battery": lambda: _known(replies.number(BATTERY_STATUS), BATTERY, "battery status"),
            "battery_replace_due": lambda: _replace_due(replies.number(BATTERY_STATUS)),
            "runtime_s": lambda: whole(replies.number(MINUTES_REMAINING), scale=60),
            "charge_percent": lambda: amount(replies.number(CHARGE_REMAINING), highest=100),
            "battery_celsius": lambda: ups_mib.celsius(replies.number(TEMPERATURE), scale=0.1),
            "output": lambda: _output(replies),
            "input_volts": lambda: amount(ups_mib.first_line(replies.column(INPUT_VOLTAGE)), scale=0.1, highest=1000),
            "on_battery_s": lambda: _on_battery(replies.number(SECONDS_ON_BATTERY)),
            "alarms": lambda: ups_mib.alarm_table(
                replies, ALARMS_PRESENT, ALARM_DESCRIPTION, lambda name: f"alarm {name}"
            ),
        },
    )


def _known(status: int | None, words: dict[int, str], what: str) -> str | Gap | None:
    return SENTINEL if status == 1 else word(status, words, what)


def _replace_due(status: int | None) -> bool | Gap:
    """Return yes for a battery that has failed; the MIB has no flag that would let us say no."""
    return True if status == 8 else NOT_TOLD


def _output(replies: SnmpReplies) -> str | Gap | None:
    source = replies.number(OUTPUT_SOURCE)
    if source == ON_INVERTER and replies.number(BATTERY_STATUS) in DISCHARGING:
        return "battery"
    return _known(source, OUTPUT, "output source")


def _on_battery(seconds: int | None) -> int | Gap | None:
    return 0 if seconds == -1 else whole(seconds)


def read_phases(replies: SnmpReplies) -> Part:
    """Return the load of each output line."""
    part = ups_mib.phases({index: as_number(load) for index, load in replies.column(OUTPUT_LOAD).items()})
    return Part(part.value, part.gaps, replies.complete(OUTPUT_LOAD)) if part.value else Part(None, {"": NOT_TOLD})


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group, with model and serial number of the UPS."""
    serial = replies.text(SERIAL) or ""
    return system_group.read_identity(replies, vendor="Socomec", model=replies.text(MODEL) or "", serial=serial)


def _device_class(replies: SnmpReplies) -> str | None:
    return DEVICE_CLASS if _has_battery(replies) else None


SECTIONS: Sections[SnmpReplies] = {
    "components": lambda replies: ups_mib.card(replies.text(CARD_SOFTWARE)),
    "ups": read_ups,
    "phases": read_phases,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a Socomec UPS with its network card."""
    return appliance_mibs.facts(replies, read_identity, SECTIONS, serial=SERIAL, device_class=_device_class)
