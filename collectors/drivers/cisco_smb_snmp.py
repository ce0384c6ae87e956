"""Cisco Small Business switches (SF, SG, SX, CBS, Catalyst 1200 and 1300), over SNMP."""

from functools import partial
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, Sections
from collectors.facts.facts import Facts
from collectors.facts.gaps import Gap
from collectors.readers.mibs import entity_mib, lldp_cdp, switch_mibs, system_group
from collectors.readers.mibs.part_tables import read_parts
from collectors.readers.mibs.snmp_tables import column, need, ordered, text, unread
from collectors.readers.small_switches import radlan
from collectors.replies import SnmpReplies

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Cisco Small Business switches, over SNMP"
DEVICE_CLASS = "switch"

RADLAN = radlan.Radlan("1.3.6.1.4.1.9.6.1.101")

ASKS = switch_mibs.asks(*RADLAN.asks, *lldp_cdp.CDP_ASKS)
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    **switch_mibs.NEEDS,
    "firmware": "an SNMP view with 1.3.6.1.4.1.9.6.1.101.53 and 1.3.6.1.2.1.47 (read only)",
    "fans": "an SNMP view with 1.3.6.1.4.1.9.6.1.101.83 (read only)",
}
GENTLE = Gentle(questions_per_s=15, repetitions_count=10)
MATCHES = Matches(sys_object_ids=("1.3.6.1.4.1.9.6.1",))


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group with model and serial number; a stack has none of its own."""
    need(replies, entity_mib.SERIAL, *RADLAN.asks)
    model, serial = radlan.only_text(replies, RADLAN.model), radlan.only_text(replies, RADLAN.serial)
    return switch_mibs.identity(replies, "Cisco", model=model, serial=serial)


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the software version and its day, of the first unit; its boot version is another one."""
    version: str | Gap | None = radlan.first_text(replies, RADLAN.version) or unread(replies, RADLAN.version)
    if version is None:
        version = next((chassis.version for chassis in entity_mib.read_chassis(replies) if chassis.version), None)
    return switch_mibs.firmware(
        replies, "cisco-smb", version, switch_mibs.built_in(radlan.first_text(replies, RADLAN.released))
    )


def read_components(replies: SnmpReplies) -> Part:
    """Return the parts, with the boot loader of each unit."""
    boots = column(replies, RADLAN.boot_version)
    return switch_mibs.components(replies, {f"unit {row} boot": text(boots[row]) for row in ordered(boots)})


SECTIONS: Sections[SnmpReplies] = {
    "components": read_components,
    "neighbors": partial(lldp_cdp.read_neighbors, with_cdp=True),
    "stack": lambda told: radlan.members(told, RADLAN.version),
    "fans": lambda told: read_parts(told, RADLAN.fans),
    "power_supplies": lambda told: read_parts(told, RADLAN.supplies),
}


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a Small Business switch."""
    return switch_mibs.facts(replies, read_identity, read_firmware, SECTIONS)
