"""Eaton UPS devices, by the XUPS-MIB (Powerware), the MGE UPS-MIB, and the standard UPS-MIB, over SNMP."""

from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.errors import Unsupported
from collectors.facts.facts import Facts
from collectors.facts.gaps import NOT_TOLD, SENTINEL, Gap, GapReason
from collectors.facts.sections.power import Ups
from collectors.facts.sections.storage import Temperature
from collectors.facts.sections.system import Firmware
from collectors.readers import dates
from collectors.readers.mibs import appliance_mibs, if_mib, system_group, ups_mib
from collectors.readers.mibs.snmp_tables import need
from collectors.replies import SnmpReplies, as_number
from collectors.told import amount, either, told, whole, word, yes_or_no

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Eaton UPS (XUPS-MIB, MGE UPS-MIB), over SNMP"
DEVICE_CLASS = "ups"

XUPS = "1.3.6.1.4.1.534.1"
XUPS_MAKER = f"{XUPS}.1.1.0"
XUPS_MODEL = f"{XUPS}.1.2.0"
XUPS_SOFTWARE = f"{XUPS}.1.3.0"
XUPS_SERIAL = f"{XUPS}.1.6.0"
XUPS_SECONDS = f"{XUPS}.2.1.0"  # seconds, where the standard MIB has minutes
XUPS_CHARGE = f"{XUPS}.2.4.0"  # percent
XUPS_REPLACED = f"{XUPS}.2.6.0"  # free text, in the order of the country
XUPS_FAILURE = f"{XUPS}.2.7.0"
XUPS_NO_BATTERY = f"{XUPS}.2.8.0"
XUPS_AGED = f"{XUPS}.2.9.0"
XUPS_LINE_BADS = f"{XUPS}.3.2.0"
XUPS_INPUT_VOLTAGE = f"{XUPS}.3.4.1.2"
XUPS_LOAD = f"{XUPS}.4.1.0"  # percent, of the whole UPS
XUPS_PHASE_LOAD = f"{XUPS}.4.4.1.8"
XUPS_OUTPUT = f"{XUPS}.4.5.0"
XUPS_AMBIENT = f"{XUPS}.6.1.0"  # degrees Celsius in the air, not at the battery
XUPS_ALARMS = f"{XUPS}.7.1.0"
XUPS_ALARM = f"{XUPS}.7.2.1.2"
XUPS_TEST = f"{XUPS}.8.2.0"
XUPS_NOMINAL_VOLTAGE = f"{XUPS}.10.2.0"
MGE = "1.3.6.1.4.1.705.1"
MGE_FAMILY = f"{MGE}.1.1.0"
MGE_MODEL = f"{MGE}.1.2.0"
MGE_FIRMWARE = f"{MGE}.1.4.0"
MGE_SERIAL = f"{MGE}.1.7.0"
MGE_SECONDS = f"{MGE}.5.1.0"
MGE_CHARGE = f"{MGE}.5.2.0"
MGE_TEMPERATURE = f"{MGE}.5.7.0"
MGE_FAULT = f"{MGE}.5.9.0"
MGE_NO_BATTERY = f"{MGE}.5.10.0"
MGE_REPLACE = f"{MGE}.5.11.0"
MGE_LOW = f"{MGE}.5.16.0"
MGE_INPUT_VOLTAGE = f"{MGE}.6.2.1.2"  # tenths of a volt
MGE_PHASES = f"{MGE}.7.1.0"
MGE_PHASE_LOAD = f"{MGE}.7.2.1.4"  # three rows even where one phase is wired
MGE_ON_BATTERY = f"{MGE}.7.3.0"
MGE_BYPASS = f"{MGE}.7.4.0"
MGE_BOOST = f"{MGE}.7.8.0"
MGE_TRIM = f"{MGE}.7.12.0"

ASKS = (
    *system_group.ASKS, *ups_mib.ASKS, *if_mib.ASKS,
    XUPS_MAKER, XUPS_MODEL, XUPS_SOFTWARE, XUPS_SERIAL, XUPS_SECONDS, XUPS_CHARGE, XUPS_REPLACED, XUPS_FAILURE,
    XUPS_NO_BATTERY, XUPS_AGED, XUPS_LINE_BADS, XUPS_INPUT_VOLTAGE, XUPS_LOAD, XUPS_PHASE_LOAD, XUPS_OUTPUT,
    XUPS_AMBIENT, XUPS_ALARMS, XUPS_ALARM, XUPS_TEST, XUPS_NOMINAL_VOLTAGE, MGE_FAMILY, MGE_MODEL, MGE_FIRMWARE,
    MGE_SERIAL, MGE_SECONDS, MGE_CHARGE, MGE_TEMPERATURE, MGE_FAULT, MGE_NO_BATTERY, MGE_REPLACE, MGE_LOW,
    MGE_INPUT_VOLTAGE, MGE_PHASES, MGE_PHASE_LOAD, MGE_ON_BATTERY, MGE_BYPASS, MGE_BOOST, MGE_TRIM,
)  # fmt: skip
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "ups": "an SNMP view with 1.3.6.1.2.1.33, 1.3.6.1.4.1.534.1 and 1.3.6.1.4.1.705.1 (read only)",
    "phases": "an SNMP view with 1.3.6.1.2.1.33, 1.3.6.1.4.1.534.1 and 1.3.6.1.4.1.705.1 (read only)",
    "identity": "an SNMP view with 1.3.6.1.2.1.1, 1.3.6.1.4.1.534.1 and 1.3.6.1.4.1.705.1 (read only)",
}
GENTLE = Gentle(questions_per_s=10, repetitions_count=6)
MATCHES = Matches(sys_object_ids=(XUPS, MGE), probes=(XUPS_CHARGE, XUPS_OUTPUT, MGE_CHARGE))

OUTPUT = {
    1: "other", 2: "off", 3: "normal", 4: "bypass", 5: "battery", 6: "boost", 7: "trim", 8: "normal", 9: "normal",
    10: "normal", 11: "bypass", 12: "normal",
}  # fmt: skip
SELF_TEST = {2: "passed", 3: "failed", 4: "in-progress"}
NO_RESULT = {5: "the UPS has no battery test", 6: "the battery test could not be run", 7: "the battery test waits"}
ALARMS = {
    "3": "on battery", "4": "low battery", "7": "output overload", "8": "internal failure", "9": "battery discharged",
    "10": "inverter failure", "11": "on bypass", "12": "bypass not available", "13": "output off",
    "14": "input failure", "15": "building alarm", "16": "shutdown imminent", "20": "breaker open",
    "23": ups_mib.BATTERY_BAD, "24": "output off as requested", "25": "diagnostic test failed",
    "26": "communications lost", "27": "shutdown pending", "28": "test in progress", "29": "ambient temperature bad",
    "30": "loss of redundancy", "31": "temperature bad", "32": "charger failed", "33": "fan failure",
    "34": "fuse failure", "35": "power switch bad", "36": "module failure", "37": "on alternate power source",
    "38": "alternate power not available", "39": "notice condition", "40": "remote temperature bad",
    "41": "remote humidity bad", "42": "output bad", "43": "awaiting power", "44": "on maintenance bypass",
    "51": "output not protected",
}  # fmt: skip
NOTICES = {
    "5",
    "6",
    "17",
    "21",
    "22",
}  # mains is back, battery is no longer low, on inverter, an entry came or went: no alarms


def read_ups(replies: SnmpReplies) -> Part:
    """Return battery, runtime, output and last self-test: Eaton's own objects first, then the standard ones."""
    need(replies, MGE_INPUT_VOLTAGE)
    if not _has_battery(replies):
        raise Unsupported(ups_mib.NO_BATTERY)
    standard = ups_mib.tellers(replies)
    own = {
        "battery": lambda: _battery(replies),
        "battery_replace_due": lambda: either(lambda: _replace_due(replies), standard["battery_replace_due"]),
        "battery_installed_on": lambda: dates.free_text(replies.text(XUPS_REPLACED)),
        "runtime_s": lambda: either(
            lambda: whole(replies.number(XUPS_SECONDS)),
            lambda: whole(replies.number(MGE_SECONDS)),
            standard["runtime_s"],
        ),
        "charge_percent": lambda: either(
            lambda: amount(replies.number(XUPS_CHARGE), highest=100),
            lambda: amount(replies.number(MGE_CHARGE), highest=100),
            standard["charge_percent"],
        ),
        "battery_celsius": lambda: either(
            standard["battery_celsius"], lambda: ups_mib.celsius(replies.number(MGE_TEMPERATURE))
        ),
        "output": lambda: either(
            lambda: word(replies.number(XUPS_OUTPUT), OUTPUT, "output source"),
            standard["output"],
            lambda: _output(replies),
        ),
        "input_volts": lambda: either(
            lambda: amount(ups_mib.first_line(replies.column(MGE_INPUT_VOLTAGE)), scale=0.1, highest=1000),
            lambda: amount(ups_mib.first_line(replies.column(XUPS_INPUT_VOLTAGE)), highest=1000),
            standard["input_volts"],
        ),
        "nominal_volts": lambda: either(
            lambda: amount(replies.number(XUPS_NOMINAL_VOLTAGE) or None, highest=1000), standard["nominal_volts"]
        ),
        "self_test": lambda: either(lambda: _self_test(replies.number(XUPS_TEST)), standard["self_test"]),
        "transfers_count": lambda: either(lambda: whole(replies.number(XUPS_LINE_BADS)), standard["transfers_count"]),
        "alarms": lambda: either(
            standard["alarms"], lambda: ups_mib.alarm_table(replies, XUPS_ALARMS, XUPS_ALARM, _alarm)
        ),
    }
    return told(Ups, standard | own)


def _has_battery(replies: SnmpReplies) -> bool:
    own = any(replies.value(oid) is not None for oid in (XUPS_CHARGE, XUPS_SECONDS, MGE_CHARGE, MGE_SECONDS))
    return own or ups_mib.has_battery(replies)


def _device_class(replies: SnmpReplies) -> str | None:
    return DEVICE_CLASS if _has_battery(replies) else None


def _battery(replies: SnmpReplies) -> str | Gap | None:
    """Return what is worst: no battery, a fault, low; else the standard status, else that no flag is up."""
    flags = {oid: replies.number(oid) for oid in (XUPS_NO_BATTERY, MGE_NO_BATTERY, XUPS_FAILURE, MGE_FAULT, MGE_LOW)}
    if 1 in (flags[XUPS_NO_BATTERY], flags[MGE_NO_BATTERY]):
        return "absent"
    if 1 in (flags[XUPS_FAILURE], flags[MGE_FAULT]):
        return "fault"
    status = ups_mib.battery(replies.number(ups_mib.BATTERY_STATUS))
    if isinstance(status, str):
        return status
    if flags[MGE_LOW] == 1:
        return "low"
    return "normal" if flags[MGE_FAULT] == 2 and flags[MGE_LOW] == 2 else status


def _replace_due(replies: SnmpReplies) -> bool | Gap | None:
    wanted = yes_or_no(replies.number(MGE_REPLACE), "replacement flag")
    aged, failed = replies.number(XUPS_AGED), replies.number(XUPS_FAILURE)
    if wanted is True or 1 in (aged, failed):
        return True
    return False if aged == failed == 2 else wanted


def _output(replies: SnmpReplies) -> str | None:
    flags = {MGE_BYPASS: "bypass", MGE_ON_BATTERY: "battery", MGE_BOOST: "boost", MGE_TRIM: "trim"}
    for oid, says in flags.items():
        if replies.number(oid) == 1:
            return says
    return "normal" if replies.number(MGE_ON_BATTERY) == replies.number(MGE_BYPASS) == 2 else None


def _self_test(result: int | None) -> str | Gap | None:
    if result == 1:
        return SENTINEL
    if result in NO_RESULT:
        return Gap(reason=GapReason.NOT_TOLD, text=f"is not known: {NO_RESULT[result]}")
    return word(result, SELF_TEST, "battery test status")


def _alarm(name: str) -> str | None:
    number = name.removeprefix(f"{XUPS}.7.")
    return None if number in NOTICES else ALARMS.get(number, f"alarm {name}")


def read_phases(replies: SnmpReplies) -> Part:
    """Return the load of each output line, or of the whole UPS where no lines are told."""
    standard = ups_mib.read_phases(replies)
    if standard.value is not None:
        return standard
    own = {index: as_number(load) for index, load in replies.column(XUPS_PHASE_LOAD).items()}
    if own:
        part = ups_mib.phases(own)
        return Part(part.value, part.gaps, replies.complete(XUPS_PHASE_LOAD))
    wired = replies.number(MGE_PHASES)
    rows = {index: as_number(load) for index, load in replies.column(MGE_PHASE_LOAD).items()}
    if rows and wired in {1, 2, 3}:
        part = ups_mib.phases(dict(sorted(rows.items())[:wired]))
        return Part(part.value, part.gaps, replies.complete(MGE_PHASE_LOAD))
    total = replies.number(XUPS_LOAD)
    return ups_mib.phases({"1": total}) if total is not None else Part(None, {"": NOT_TOLD})


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group, with maker, model and serial number of the UPS."""
    maker = replies.text(XUPS_MAKER) or replies.text(ups_mib.MANUFACTURER)
    mge = " ".join(part for part in (replies.text(MGE_FAMILY), replies.text(MGE_MODEL)) if part)
    model = replies.text(XUPS_MODEL) or replies.text(ups_mib.MODEL) or mge
    return system_group.read_identity(replies, vendor=maker or "Eaton", model=model, serial=_serial(replies) or "")


def _serial(replies: SnmpReplies) -> str | None:
    return replies.text(XUPS_SERIAL) or replies.text(MGE_SERIAL)


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version of the UPS's own firmware, MGE's object first: it is the bare version."""
    need(replies, MGE_FIRMWARE)
    versions = (MGE_FIRMWARE, XUPS_SOFTWARE, ups_mib.UPS_SOFTWARE)
    return told(Firmware, {"version": lambda: either(*((lambda oid=oid: replies.text(oid)) for oid in versions))})


def read_temperatures(replies: SnmpReplies) -> Part:
    """Return the ambient sensor; 0 is told where none is fitted."""
    ambient = ups_mib.celsius(replies.number(XUPS_AMBIENT))
    return Part((Temperature(name="ambient", reading_celsius=ambient),) if isinstance(ambient, float) else None)


SECTIONS: Sections[SnmpReplies] = {
    "firmware": read_firmware,
    "components": lambda replies: ups_mib.card(replies.text(ups_mib.AGENT_SOFTWARE)),
    "ups": read_ups,
    "phases": read_phases,
    "temperatures": read_temperatures,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of an Eaton UPS with its network card."""
    return appliance_mibs.facts(replies, read_identity, SECTIONS, serial=_serial, device_class=_device_class)
