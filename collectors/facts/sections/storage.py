"""Volumes, disks and the parts that keep them alive."""

from typing import ClassVar, Literal

from collectors.facts.model import Item
from collectors.facts.scalars import Instant, Never, Text


def percent_of(part: int | None, whole: int | None) -> float | None:
    """Return a share in percent, to 6 places (10.000000000000009 misses a limit of 10).

    None where a side is open, or where the part cannot be one: such numbers were misread.
    """
    if part is None or not whole or not 0 <= part <= whole:
        return None
    return round(100 * part / whole, 6)


class Volume(Item):
    """A volume, known by its letter or mount point.

    From: winrm, ssh linux, snmp host, nas snmp, local.
    """

    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = (("size_bytes", "free_bytes"),)
    VOLATILE: ClassVar[frozenset[str]] = frozenset(
        {"free_bytes", "free_percent", "inode_free_percent", "shadow_copies_count", "newest_shadow_copy_at"}
    )

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
        """Return the free share of the size."""
        return percent_of(self.free_bytes, self.size_bytes)


class Disk(Item):
    """A disk as its controller or machine sees it.

    From: winrm, raid controller snmp, nas snmp.
    """

    name: Text
    state: Literal["healthy", "warning", "failed", "rebuilding", "missing"] | None = None
    failure_predicted: bool | None = None
    bad_sectors_count: int | None = None
    media: Literal["ssd", "hdd", "virtual"] | None = None


class Raid(Item):
    """A set of disks that stand in for each other.

    From: raid controller snmp, nas snmp, winrm.
    """

    name: Text
    state: Literal["optimal", "degraded", "failed", "rebuilding"] | None = None


class Part(Item):
    """A power supply or a fan; one that is not fitted is not present, and its state is not known.

    From: snmp vendor MIBs, ssh.
    """

    name: Text
    present: bool | None = None
    ok: bool | None = None


class Temperature(Item):
    """A temperature sensor.

    From: snmp vendor MIBs, ups, nas.
    """

    VOLATILE: ClassVar[frozenset[str]] = frozenset({"reading_celsius"})

    name: Text
    reading_celsius: float | None = None
    ok: bool | None = None


class Datastore(Item):
    """A place where a hypervisor keeps its virtual machines.

    From: esxi ssh.
    """

    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = (("size_bytes", "free_bytes"),)
    VOLATILE: ClassVar[frozenset[str]] = frozenset({"free_bytes", "free_percent"})

    name: Text
    size_bytes: int | None = None
    free_bytes: int | None = None

    @property
    def free_percent(self) -> float | None:
        """Return the free share of the size."""
        return percent_of(self.free_bytes, self.size_bytes)
