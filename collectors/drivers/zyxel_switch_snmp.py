"""Zyxel switches (GS, XGS, XS, ES, MGS), over SNMP."""

from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.readers.mibs import switch_mibs, system_group
from collectors.readers.mibs.part_states import ABSENT, BAD, OPEN, WELL
from collectors.readers.mibs.part_tables import PartTable, TemperatureTable, read_parts, read_temperatures
from collectors.readers.mibs.snmp_tables import scalar, text, unread
from collectors.replies import SnmpReplies

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Zyxel switches, over SNMP"
DEVICE_CLASS = "switch"

ZYXEL = "1.3.6.1.4.1.890.1.15.3"
VERSION = f"{ZYXEL}.1.6.0"  # sysSwVersionString: 'V4.90(ACJY.2) | 08/28/2025', the day month first
MODEL = f"{ZYXEL}.1.11.0"  # sysProductModel
SERIAL = f"{ZYXEL}.1.12.0"  # sysProductSerialNumber
FANS = PartTable(
    f"{ZYXEL}.26.1.1.1.7", {"normal": WELL, "error": BAD}, f"{ZYXEL}.26.1.1.1.2", "fan {}".format
)  # zyHwMonitorFanRpmStatus (ZYXEL-HW-MONITOR-MIB)
SUPPLIES = PartTable(
    f"{ZYXEL}.26.1.4.2.1.3",  # zyHwMonitorPowerSourceStatus
    {"normal": WELL, "error": BAD, "absent": ABSENT, "present": OPEN},
    f"{ZYXEL}.26.1.4.2.1.4",
    "power source {}".format,
)
TEMPERATURES = TemperatureTable(
    f"{ZYXEL}.26.1.2.1.3",  # zyHwMonitorTemperatureCurrentValue: degrees Celsius
    names=f"{ZYXEL}.26.1.2.1.2",
    states=f"{ZYXEL}.26.1.2.1.7",
    good={"normal": True, "error": False},
)

ASKS = switch_mibs.asks(VERSION, MODEL, SERIAL, *FANS.asks, *SUPPLIES.asks, *TEMPERATURES.asks)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    **switch_mibs.NEEDS,
    "firmware": "an SNMP view with 1.3.6.1.4.1.890.1.15.3 (read only)",
    "identity": "an SNMP view with 1.3.6.1.2.1.1 and 1.3.6.1.4.1.890.1.15.3 (read only)",
    "fans": "an SNMP view with 1.3.6.1.4.1.890.1.15.3 (read only)",
}
GENTLE = Gentle(questions_per_s=10, repetitions_count=10)
MATCHES = Matches(
    sys_object_ids=("1.3.6.1.4.1.890.1.15", "1.3.6.1.4.1.890.1.5.8"),
    sys_descr=(r"^(?:GS|XGS|XS|ES|MGS|MES|XMG|XSS)\d{3,4}",),
)


def _version(replies: SnmpReplies) -> tuple[str | None, str | None]:
    version, _, day = (text(scalar(replies, VERSION)) or "").partition("|")
    return version.strip() or None, day.strip() or None


def _serial(replies: SnmpReplies) -> str | None:
    return text(scalar(replies, SERIAL))


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and serial number."""
    model = text(scalar(replies, MODEL)) or (switch_mibs.description(replies)).partition(" ")[0]
    return switch_mibs.identity(replies, "Zyxel", model=model, serial=_serial(replies))


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version, and the day that stands behind it, month first."""
    version, day = _version(replies)
    chassis = switch_mibs.only_chassis(replies)
    return switch_mibs.firmware(
        replies,
        "zynos",
        version or unread(replies, VERSION) or (chassis.version if chassis else None),
        switch_mibs.built_month_first(day),
    )


SECTIONS: Sections[SnmpReplies] = {
    "fans": lambda told: read_parts(told, FANS),
    "power_supplies": lambda told: read_parts(told, SUPPLIES),
    "temperatures": lambda told: read_temperatures(told, TEMPERATURES),
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a Zyxel switch."""
    return switch_mibs.facts(replies, read_identity, read_firmware, SECTIONS, serial=_serial)
