"""Dell iDRAC management boards, by the IDRAC-MIB, over SNMP."""

import re
from datetime import date
from typing import Final, Literal

from collectors.driver import Gentle, Matches, Part, gather
from collectors.errors import UnexpectedReply
from collectors.facts.facts import Facts
from collectors.facts.marks import Marks
from collectors.facts.sections.storage import Disk, Raid
from collectors.facts.sections.system import Component, Firmware
from collectors.readers import dates
from collectors.readers.mibs import appliance_identity, if_mib, part_tables, snmp_tables, system_group
from collectors.readers.mibs.part_states import BAD, OPEN, WELL, Condition
from collectors.readers.mibs.snmp_tables import need, numbered, ordered
from collectors.replies import SnmpReplies, as_number
from collectors.told import no_known, told

TRANSPORT: Final[Literal["snmp"]] = "snmp"
TITLE = "Dell iDRAC management board, over SNMP"
DEVICE_CLASS = None  # a board is no class of its own: its facts are of the server it sits in

IDRAC = "1.3.6.1.4.1.674.10892.5"
BOARD_NAME = f"{IDRAC}.1.1.2.0"  # racShortName: 'iDRAC9'
BOARD_VERSION = f"{IDRAC}.1.1.8.0"
SERVICE_TAG = f"{IDRAC}.1.3.2.0"  # systemServiceTag
MODEL = f"{IDRAC}.1.3.12.0"
BIOS_DAY = f"{IDRAC}.4.300.50.1.7"  # 'YYYYMMDD' and a time
SUPPLY_STATUS = f"{IDRAC}.4.600.12.1.5"
SUPPLY_NAME = f"{IDRAC}.4.600.12.1.8"
FAN_STATUS = f"{IDRAC}.4.700.12.1.5"
FAN_NAME = f"{IDRAC}.4.700.12.1.8"
TEMPERATURE_STATUS = f"{IDRAC}.4.700.20.1.5"
TEMPERATURE = f"{IDRAC}.4.700.20.1.6"  # tenths of a degree Celsius
TEMPERATURE_NAME = f"{IDRAC}.4.700.20.1.8"
DISK_NAME = f"{IDRAC}.5.1.20.130.4.1.2"
DISK_STATE = f"{IDRAC}.5.1.20.130.4.1.4"
DISK_SMART = f"{IDRAC}.5.1.20.130.4.1.31"  # 1: the disk predicts its failure
DISK_MEDIA = f"{IDRAC}.5.1.20.130.4.1.35"
RAID_NAME = f"{IDRAC}.5.1.20.140.1.1.2"
RAID_STATE = f"{IDRAC}.5.1.20.140.1.1.4"

# ObjectStatusEnum: other(1), unknown(2), ok(3), non-critical(4), critical(5), non-recoverable(6)
CONDITIONS: dict[int | str, Condition] = {1: OPEN, 2: OPEN, 3: WELL, 4: BAD, 5: BAD, 6: BAD}
GOOD: dict[int | str, bool | None] = {3: True, 4: False, 5: False, 6: False}
SUPPLIES = part_tables.PartTable(SUPPLY_STATUS, CONDITIONS, SUPPLY_NAME, "power supply {}".format)
FANS = part_tables.PartTable(FAN_STATUS, CONDITIONS, FAN_NAME, "fan {}".format)
TEMPERATURES = part_tables.TemperatureTable(
    TEMPERATURE, scale=0.1, names=TEMPERATURE_NAME, states=TEMPERATURE_STATUS, good=GOOD
)
DISK_STATES = {  # ready, online, foreign, offline, blocked, failed, non-raid, removed, read-only
    2: "healthy", 3: "healthy", 4: "warning", 5: "failed", 6: "warning", 7: "failed", 8: "healthy", 9: "missing",
    10: "warning",
}  # fmt: skip
DISK_MEDIA_KINDS = {2: "hdd", 3: "ssd"}
RAID_STATES = {2: "optimal", 3: "failed", 4: "degraded"}  # online, failed, degraded

ASKS = (
    *system_group.ASKS, *if_mib.ASKS, *SUPPLIES.asks, *FANS.asks, *TEMPERATURES.asks,
    BOARD_NAME, BOARD_VERSION, SERVICE_TAG, MODEL, BIOS_DAY, DISK_NAME, DISK_STATE, DISK_SMART,
    DISK_MEDIA, RAID_NAME, RAID_STATE,
)  # fmt: skip
PREPARES = (system_group.ENGINE_ID,)
NEEDS = {
    "identity": "an SNMP view with 1.3.6.1.2.1.1 and 1.3.6.1.4.1.674.10892.5 (read only)",
    "disks": "an SNMP view with 1.3.6.1.4.1.674.10892.5.5 (read only)",
    "raid": "an SNMP view with 1.3.6.1.4.1.674.10892.5.5 (read only)",
    "fans": "an SNMP view with 1.3.6.1.4.1.674.10892.5.4 (read only)",
}
GENTLE = Gentle(questions_per_s=10, repetitions_count=10)
MATCHES = Matches(sys_object_ids=(IDRAC,), probes=(BOARD_VERSION,))

_DAY = re.compile(r"^(20\d{6})(?:\d{6}.*)?$", re.ASCII)


def read_identity(replies: SnmpReplies) -> Part:
    """Return the system group, with model and service tag of the server."""
    return appliance_identity.read_identity(replies, "Dell", replies.text(MODEL), replies.text(SERVICE_TAG))


def read_firmware(replies: SnmpReplies) -> Part:
    """Return the board's firmware, whose release day it does not tell, and the day of the server's BIOS."""
    return told(
        Firmware,
        {
            "product": lambda: f"Dell {replies.text(BOARD_NAME) or 'iDRAC'}",
            "version": lambda: replies.text(BOARD_VERSION),
            "bios_released_on": lambda: _bios_day(replies),
        },
    )


def _bios_day(replies: SnmpReplies) -> date | None:
    rows = replies.column(BIOS_DAY)
    text = snmp_tables.text(rows[ordered(rows)[0]]) if rows else None
    if text is None:
        return None
    found = _DAY.match(text)
    if found is None:
        raise UnexpectedReply(f"is told as {text[:40]!r}, which is no day that we know")
    return dates.year_or_month_first(found[1])


def read_components(replies: SnmpReplies) -> Part:
    """Return the management board."""
    version = replies.text(BOARD_VERSION)
    if version is None:
        return Part(None)
    model = replies.text(BOARD_NAME)
    return Part((Component(name="management board", kind="remote-console", model=model, version=version),))


def read_disks(replies: SnmpReplies) -> Part:
    """Return the physical disks with state, predicted failure and kind."""
    need(replies, DISK_NAME)
    states, names = replies.column(DISK_STATE), snmp_tables.column(replies, DISK_NAME)
    smart, media = snmp_tables.column(replies, DISK_SMART), snmp_tables.column(replies, DISK_MEDIA)
    rows = ordered({**names, **states})
    disks, gaps = [], {}
    unique = numbered(snmp_tables.text(names.get(row)) or f"disk {row}" for row in rows)
    for name, row in zip(unique, rows, strict=True):
        code, alert = as_number(states.get(row)) or 0, as_number(smart.get(row))
        values = {
            "state": DISK_STATES.get(code),
            "failure_predicted": None if alert is None else {0: False, 1: True}.get(alert),
            "media": DISK_MEDIA_KINDS.get(as_number(media.get(row)) or 0),
        }
        disks.append(Disk.model_validate({"name": name, **values}))
        if code not in DISK_STATES:
            gaps[f"[{name}].state"] = no_known(code, "state")
    return Part(tuple(disks) or None, gaps, replies.complete(DISK_STATE, DISK_NAME))


def read_raid(replies: SnmpReplies) -> Part:
    """Return the virtual disks."""
    need(replies, RAID_NAME)
    states, names = replies.column(RAID_STATE), snmp_tables.column(replies, RAID_NAME)
    rows = ordered({**names, **states})
    sets, gaps = [], {}
    unique = numbered(snmp_tables.text(names.get(row)) or f"virtual disk {row}" for row in rows)
    for name, row in zip(unique, rows, strict=True):
        code = as_number(states.get(row)) or 0
        sets.append(Raid.model_validate({"name": name, "state": RAID_STATES.get(code)}))
        if code not in RAID_STATES:
            gaps[f"[{name}].state"] = no_known(code, "state")
    return Part(tuple(sets) or None, gaps, replies.complete(RAID_STATE, RAID_NAME))


def read(replies: SnmpReplies) -> Facts:
    """Return the facts of a server as its management board sees them."""
    return gather(
        replies,
        {
            "identity": read_identity,
            "firmware": read_firmware,
            "components": read_components,
            "disks": read_disks,
            "raid": read_raid,
            "fans": lambda replies: part_tables.read_parts(replies, FANS),
            "power_supplies": lambda replies: part_tables.read_parts(replies, SUPPLIES),
            "temperatures": lambda replies: part_tables.read_temperatures(replies, TEMPERATURES),
            "interfaces": if_mib.read_interfaces,
        },
        marks=lambda replies: Marks(serial=replies.text(SERVICE_TAG)),
    )
