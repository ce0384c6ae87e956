"""MikroTik RouterOS, over SNMP (MIKROTIK-MIB, HOST-RESOURCES-MIB)."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.facts.marks import unless_junk
from collectors.facts.sections.storage import Temperature
from collectors.facts.sections.system import Component, Firmware, Load
from collectors.readers.mibs import appliance_identity, appliance_mibs, if_mib, system_group
from collectors.readers.routeros import routeros_words
from collectors.replies import SnmpReplies, as_number, as_text
from collectors.told import amount, told

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "MikroTik RouterOS, over SNMP"
DEVICE_CLASS = None

MIKROTIK = "1.3.6.1.4.1.14988"
VERSION = f"{MIKROTIK}.1.1.4.4.0"  # mtxrLicVersion: the release, without its channel
SERIAL = f"{MIKROTIK}.1.1.7.3.0"
BOOT_VERSION = f"{MIKROTIK}.1.1.7.4.0"  # mtxrFirmwareVersion: RouterBOOT
BUILD_TIME = f"{MIKROTIK}.1.1.7.6.0"
BOARD = f"{MIKROTIK}.1.1.7.9.0"
SENSOR_NAME = f"{MIKROTIK}.1.1.3.100.1.2"
SENSOR_VALUE = f"{MIKROTIK}.1.1.3.100.1.3"
SENSOR_UNIT = f"{MIKROTIK}.1.1.3.100.1.4"
PROCESSOR_LOAD = "1.3.6.1.2.1.25.3.3.1.2"  # hrProcessorLoad: percent over a minute, one for each core

ASKS = (
    *system_group.ASKS,
    *if_mib.ASKS,
    VERSION,
    SERIAL,
    BOOT_VERSION,
    BUILD_TIME,
    BOARD,
    SENSOR_NAME,
    SENSOR_VALUE,
    SENSOR_UNIT,
    PROCESSOR_LOAD,
)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "firmware": "an SNMP view with 1.3.6.1.4.1.14988 (read only)",
    "load": "an SNMP view with 1.3.6.1.2.1.25.3 (read only)",
    "interfaces": "an SNMP view with 1.3.6.1.2.1.2 and 1.3.6.1.2.1.31 (read only)",
}
GENTLE = Gentle(questions_per_s=20, repetitions_count=10)
MATCHES = Matches(sys_object_ids=(f"{MIKROTIK}.1",), sys_descr=(r"^RouterOS\b",), probes=(VERSION,))

CELSIUS = 1  # MtxrGaugeUnit


def _board(replies: SnmpReplies) -> str | None:
    board = replies.text(BOARD)
    if board:
        return board
    described = re.match(r"RouterOS (\S.*)", replies.text(system_group.SYS_DESCR) or "")
    return described[1] if described else None


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with board name and serial number; a virtual router has no serial number."""
    return appliance_identity.read_identity(
        replies, vendor="MikroTik", model=_board(replies), serial=replies.text(SERIAL)
    )


def read_firmware(replies: SnmpReplies) -> Part:
    """Return release and build time of RouterOS."""
    return told(
        Firmware,
        {
            "product": lambda: "routeros",
            "version": lambda: replies.text(VERSION),
            "released": lambda: routeros_words.released(replies.text(BUILD_TIME)),
        },
    )


def read_components(replies: SnmpReplies) -> Part | None:
    """Return the boot loader, which is updated on its own."""
    version = replies.text(BOOT_VERSION)
    return Part((Component(name="RouterBOOT", kind="boot", version=version),)) if version else None


def read_load(replies: SnmpReplies) -> Part:
    """Return the mean use of the processor's cores in percent."""
    cores = [as_number(value) for value in replies.column(PROCESSOR_LOAD).values()]
    used = [core for core in cores if core is not None and 0 <= core <= 100]
    whole = bool(cores) and len(used) == len(cores) and replies.complete(PROCESSOR_LOAD)
    return told(Load, {"cpu_percent": lambda: amount(sum(used), 1 / len(used), highest=100) if whole else None})


def read_temperatures(replies: SnmpReplies) -> Part:
    """Return the gauges that measure degrees Celsius."""
    values, units = replies.column(SENSOR_VALUE), replies.column(SENSOR_UNIT)
    found = []
    for index, name in replies.column(SENSOR_NAME).items():
        reading = amount(as_number(values.get(index)), lowest=-60, highest=200)
        if as_number(units.get(index)) == CELSIUS and isinstance(reading, float):
            found.append(Temperature(name=as_text(name) or index, reading_celsius=reading))
    return Part(tuple(found) or None, complete=replies.complete(SENSOR_NAME, SENSOR_VALUE, SENSOR_UNIT))


def _serial(replies: SnmpReplies) -> str | None:
    return unless_junk(replies.text(SERIAL))


def _device_class(replies: SnmpReplies) -> str | None:
    return routeros_words.device_class(_board(replies))


SECTIONS: Sections[SnmpReplies] = {
    "firmware": read_firmware,
    "components": read_components,
    "load": read_load,
    "temperatures": read_temperatures,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a MikroTik device."""
    return appliance_mibs.facts(replies, read_identity, SECTIONS, serial=_serial, device_class=_device_class)
