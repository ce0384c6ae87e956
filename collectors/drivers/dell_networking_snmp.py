"""Dell N-Series with OS6 and PowerConnect switches, over SNMP: FASTPATH or Radlan inside, one product MIB outside."""

import re
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.readers.mibs import switch_mibs, system_group
from collectors.readers.mibs.part_tables import read_parts, read_temperatures
from collectors.readers.mibs.snmp_tables import column, need, ordered, scalar, text
from collectors.readers.small_switches import fastpath, radlan
from collectors.replies import SnmpReplies

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Dell N-Series (OS6) and PowerConnect, over SNMP"
DEVICE_CLASS = "switch"

PRODUCT = "1.3.6.1.4.1.674.10895.3000.1.2.100"  # Dell-Vendor-MIB
DISPLAY_NAME = f"{PRODUCT}.1.0"  # productIdentificationDisplayName
VERSION = f"{PRODUCT}.4.0"  # productIdentificationVersion
SERVICE_TAG = f"{PRODUCT}.8.1.4"  # productIdentificationServiceTag, by unit
FASTPATH = fastpath.Fastpath("1.3.6.1.4.1.674.10895.5000.2.6132.1.1")
RADLAN = radlan.Radlan("1.3.6.1.4.1.89")

ASKS = switch_mibs.asks(DISPLAY_NAME, VERSION, SERVICE_TAG, *FASTPATH.asks, *RADLAN.asks)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    **switch_mibs.NEEDS,
    "firmware": "an SNMP view with 1.3.6.1.2.1.1 and 1.3.6.1.4.1.674.10895 (read only)",
    "fans": "an SNMP view with 1.3.6.1.4.1.674.10895 and, for PowerConnect, 1.3.6.1.4.1.89 (read only)",
}
GENTLE = Gentle(questions_per_s=15, repetitions_count=10)
MATCHES = Matches(
    sys_object_ids=("1.3.6.1.4.1.674.10895",), sys_descr=(r"^PowerConnect ", r"^Dell (?:EMC )?Networking N\d")
)

# 'Dell EMC Networking N1524P, 6.6.0.13, Linux 3.7.10, Not Available' | 'PowerConnect 6224, 3.3.18.1, VxWorks 6.5'
_DESCRIBED = re.compile(
    r"^(?:Dell )?(?:EMC )?(?:Networking )?(?P<model>[^,]+?)(?:, (?P<version>\d+(?:\.\d+){2,3}))?(?=,|$)", re.ASCII
)
_N_SERIES = re.compile(r"^N\d{4}", re.ASCII)


def _described(replies: SnmpReplies) -> re.Match[str] | None:
    return _DESCRIBED.match(switch_mibs.description(replies))


def _model(replies: SnmpReplies) -> str | None:
    """Return the model of sysDescr where a version stands behind it, else the product's display name."""
    described = _described(replies)
    named = text(scalar(replies, DISPLAY_NAME)) or radlan.first_text(replies, RADLAN.model)
    return described["model"] if described and (described["version"] or named is None) else named


def _serial(replies: SnmpReplies) -> str | None:
    """Return the serial number of a single unit; Dell's is the service tag."""
    tags = column(replies, SERVICE_TAG)
    if len(tags) > 1:
        return None
    return text(next(iter(tags.values()))) if tags else text(scalar(replies, FASTPATH.serial))


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and service tag; a stack has none of its own."""
    need(replies, system_group.SYS_DESCR, DISPLAY_NAME)
    return switch_mibs.identity(replies, "Dell", model=_model(replies), serial=_serial(replies))


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the version, and the day where Radlan's tables tell it."""
    need(replies, system_group.SYS_DESCR)
    described = _described(replies)
    version = (described["version"] if described else None) or text(scalar(replies, VERSION))
    version = version or radlan.first_text(replies, RADLAN.version) or text(scalar(replies, FASTPATH.version))
    product = "dell-os6" if _N_SERIES.match(_model(replies) or "") else "powerconnect"
    return switch_mibs.firmware(
        replies, product, version, switch_mibs.built_in(radlan.first_text(replies, RADLAN.released))
    )


def read_components(replies: SnmpReplies) -> Part:
    """Return the parts, with the boot loader of each unit."""
    boots = column(replies, RADLAN.boot_version)
    return switch_mibs.components(replies, {f"unit {row} boot": text(boots[row]) for row in ordered(boots)})


SECTIONS: Sections[SnmpReplies] = {
    "components": read_components,
    "stack": lambda told: radlan.members(told, SERVICE_TAG),
    "fans": lambda told: read_parts(told, FASTPATH.fans, RADLAN.fans),
    "power_supplies": lambda told: read_parts(told, FASTPATH.supplies, RADLAN.supplies),
    "temperatures": lambda told: read_temperatures(told, FASTPATH.temperatures),
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a Dell switch."""
    return switch_mibs.facts(replies, read_identity, read_firmware, SECTIONS, serial=_serial)
