"""Databases and virtual machines."""

from datetime import date
from typing import Literal

from collectors.facts.model import Item, Section
from collectors.facts.scalars import Instant, Never, Text, Unlimited, Version


class SqlDatabase(Item):
    """winrm T-SQL"""

    name: Text
    recovery: Literal["full", "simple", "bulk-logged"] | None = None
    last_full_backup_at: Instant | Never | None = None
    last_log_backup_at: Instant | Never | None = None
    last_check_at: Instant | Never | None = None


class Sql(Item):
    """winrm T-SQL"""

    name: Text
    version: Version | None = None
    supported_until_on: date | None = None
    max_memory_bytes: int | Unlimited | None = None
    memory_left_for_system_bytes: int | None = None
    databases: tuple[SqlDatabase, ...] | None = None


class Integration(Item):
    """Part of another list."""

    name: Text
    ok: bool | None = None


class Checkpoint(Item):
    """Part of another list."""

    name: Text
    taken_at: Instant | Never | None = None


class VirtualDisk(Item):
    """Part of another list."""

    name: Text
    format: Literal["vhd", "vhdx", "vmdk", "other"] | None = None
    has_parent: bool | None = None


class Vm(Item):
    """winrm Hyper-V, esxi ssh"""

    name: Text
    running: bool | None = None
    checkpoints: tuple[Checkpoint, ...] | None = None
    integration: tuple[Integration, ...] | None = None
    replica: Literal["normal", "warning", "critical", "none"] | None = None
    autostart: Literal["start", "start-if-running", "nothing"] | None = None
    disks: tuple[VirtualDisk, ...] | None = None
    replicated_at: Instant | Never | None = None
    autostop: Literal["shut-down", "save", "turn-off"] | None = None
    tools: Literal["current", "behind", "unmanaged", "none"] | None = None


class Esxi(Section):
    """esxi ssh, http"""

    lockdown: Literal["off", "normal", "strict"] | None = None
    ssh_running: bool | None = None
    tools_behind_count: int | None = None
