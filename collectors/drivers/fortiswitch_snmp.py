"""Fortinet FortiSwitch, over SNMP (FORTINET-FORTISWITCH-MIB)."""

import re
from datetime import date
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.errors import UnexpectedReply
from collectors.facts.facts import Facts
from collectors.facts.gaps import NOT_TOLD, Gap
from collectors.facts.scalars import Span
from collectors.facts.sections.storage import percent_of
from collectors.facts.sections.system import Load, Os
from collectors.readers.mibs import entity_mib, switch_mibs, system_group
from collectors.readers.mibs.snmp_tables import scalar, text, unread
from collectors.readers.small_switches import radlan
from collectors.replies import SnmpReplies, as_number
from collectors.told import amount, told

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Fortinet FortiSwitch, over SNMP"
DEVICE_CLASS = "switch"

FORTISWITCH = "1.3.6.1.4.1.12356.106"
SERIAL = "1.3.6.1.4.1.12356.100.1.1.1.0"  # fnSysSerial
VERSION = f"{FORTISWITCH}.4.1.1.0"  # fsSysVersion: 'FortiSwitch-424E-Fiber v7.4.0,build0767,230602 (GA)'
CPU = f"{FORTISWITCH}.4.1.2.0"  # percent
MEMORY_USED = f"{FORTISWITCH}.4.1.3.0"  # KB
MEMORY = f"{FORTISWITCH}.4.1.4.0"

ASKS = switch_mibs.asks(SERIAL, VERSION, CPU, MEMORY_USED, MEMORY)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    **switch_mibs.NEEDS,
    "firmware": "an SNMP view with 1.3.6.1.4.1.12356.106.4 (read only)",
    "identity": "an SNMP view with 1.3.6.1.2.1.1, 1.3.6.1.2.1.47 and 1.3.6.1.4.1.12356.100 (read only)",
}
GENTLE = Gentle(questions_per_s=20, repetitions_count=15)
MATCHES = Matches(sys_object_ids=(f"{FORTISWITCH}.1",), sys_descr=(r"^FortiSwitch",), probes=(VERSION,))

_VERSION = re.compile(
    r"^(?:(?P<model>\S+) )?v(?P<version>\d+\.\d+\.\d+),build(?P<build>\d+)(?:,(?P<day>\d{6}))?(?!\d)", re.ASCII
)


def _version(replies: SnmpReplies) -> re.Match[str] | None:
    return _VERSION.match(text(scalar(replies, VERSION)) or "")


def _serial(replies: SnmpReplies) -> str | None:
    """Return the serial number; some releases tell it as the ENTITY-MIB's first one only."""
    return text(scalar(replies, SERIAL)) or radlan.first_text(replies, entity_mib.SERIAL)


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and serial number."""
    found = _version(replies)
    return switch_mibs.identity(replies, "Fortinet", model=found["model"] if found else None, serial=_serial(replies))


def read_os(replies: SnmpReplies) -> Part:
    """Return the last start and the build."""
    found = _version(replies)
    return told(
        Os,
        {
            "booted_at": lambda: system_group.booted_at(replies),
            **({"build": lambda: found["build"]} if found else {}),
        },
    )


def read_firmware(replies: SnmpReplies) -> Part:
    """Return version and build day (year, month, day in two digits each)."""
    found = _version(replies)
    return switch_mibs.firmware(
        replies,
        "fortiswitch",
        found["version"] if found else unread(replies, VERSION),
        _released(found["day"] if found else None),
    )


def _released(digits: str | None) -> Span | Gap:
    if digits is None:
        return NOT_TOLD
    try:
        return Span.built_on(date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:])))
    except ValueError as error:
        raise UnexpectedReply(f"is told as {digits!r}, which is no day") from error


def read_load(replies: SnmpReplies) -> Part:
    """Return processor and memory use in percent."""
    used, whole = as_number(scalar(replies, MEMORY_USED)), as_number(scalar(replies, MEMORY))
    share = percent_of(used, whole)
    if share is None and scalar(replies, CPU) is None:
        return Part(None)
    return told(
        Load,
        {
            "cpu_percent": lambda: amount(replies.number(CPU), highest=100),
            "memory_used_percent": lambda: share if share is not None and 0 <= share <= 100 else None,
        },
    )


SECTIONS: Sections[SnmpReplies] = {
    "os": read_os,
    "load": read_load,
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a FortiSwitch."""
    return switch_mibs.facts(replies, read_identity, read_firmware, SECTIONS, serial=_serial)
