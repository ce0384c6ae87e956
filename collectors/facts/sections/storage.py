"""Volumes, disks and the parts that keep them alive."""

from typing import Literal

from collectors.facts.model import Item
from collectors.facts.scalars import Instant, Never, Text


class Volume(Item):
    """winrm, ssh linux, snmp host, nas snmp, local"""

    name: Text
    kind: Literal["fixed", "removable", "optical", "network", "memory"] | None = None
    role: Literal["system", "data", "recovery", "boot"] | None = None
    file_system: Text | None = None
    size_bytes: int | None = None
    free_bytes: int | None = None
    inode_free_percent: float | None = None
    encrypted: bool | None = None
    dirty: bool | None = None
    shadow_copies_count: int | None = None
    newest_shadow_copy_at: Instant | Never | None = None

    @property
    def free_percent(self) -> float | None:
        return (
            None
            if self.size_bytes in (None, 0) or self.free_bytes is None
            else round(100 * self.free_bytes / self.size_bytes, 6)
        )


class Disk(Item):
    """winrm, raid controller snmp, nas snmp"""

    name: Text
    state: Literal["healthy", "warning", "failed", "rebuilding", "missing"] | None = None
    failure_predicted: bool | None = None
    bad_sectors_count: int | None = None
    media: Literal["ssd", "hdd", "virtual"] | None = None


class Raid(Item):
    """raid controller snmp, nas snmp, winrm"""

    name: Text
    state: Literal["optimal", "degraded", "failed", "rebuilding"] | None = None


class Part(Item):
    """snmp vendor MIBs, ssh"""

    name: Text
    present: bool | None = None
    ok: bool | None = None


class Temperature(Item):
    """snmp vendor MIBs, ups, nas"""

    name: Text
    reading_celsius: float | None = None
    ok: bool | None = None


class Datastore(Item):
    """esxi ssh"""

    name: Text
    size_bytes: int | None = None
    free_bytes: int | None = None
