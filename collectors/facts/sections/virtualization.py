"""Databases and virtual machines."""

from datetime import date
from typing import ClassVar, Literal

from collectors.facts.model import Item, Section
from collectors.facts.scalars import Instant, Never, Text, Unlimited, Version


class SqlDatabase(Item):
    """A database of an SQL Server.

    From: winrm (T-SQL).
    """

    VOLATILE: ClassVar[frozenset[str]] = frozenset({"last_log_backup_at"})

    name: Text
    recovery: Literal["full", "simple", "bulk-logged"] | None = None
    last_full_backup_at: Instant | Never | None = None
    last_log_backup_at: Instant | Never | None = None
    last_check_at: Instant | Never | None = None


class Sql(Item):
    """An instance of SQL Server; `memory_left_for_system_bytes` is the machine's memory without the instance's cap.

    From: winrm (T-SQL).
    """

    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = (("version", "supported_until_on"),)

    name: Text
    version: Version | None = None
    supported_until_on: date | None = None
    max_memory_bytes: int | Unlimited | None = None
    memory_left_for_system_bytes: int | None = None
    databases: tuple[SqlDatabase, ...] | None = None


class Integration(Item):
    """A service between a virtual machine and its hypervisor.

    From: winrm (Hyper-V).
    """

    name: Text
    ok: bool | None = None


class Checkpoint(Item):
    """A kept earlier state of a virtual machine.

    From: winrm (Hyper-V), esxi ssh.
    """

    name: Text
    taken_at: Instant | Never | None = None


class VirtualDisk(Item):
    """A disk of a virtual machine.

    From: winrm (Hyper-V), esxi ssh.
    """

    name: Text
    format: Literal["vhd", "vhdx", "vmdk", "other"] | None = None
    has_parent: bool | None = None


class Vm(Item):
    """A virtual machine as its hypervisor sees it.

    From: winrm (Hyper-V), esxi ssh.
    """

    VOLATILE: ClassVar[frozenset[str]] = frozenset({"replicated_at"})

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
    """Settings of an ESXi server.

    From: esxi ssh, http.
    """

    lockdown: Literal["off", "normal", "strict"] | None = None
    ssh_running: bool | None = None
    tools_behind_count: int | None = None
