"""Malware protection and backup."""

from typing import Literal

from collectors.facts.model import Item, Section
from collectors.facts.scalars import Instant, Never, Text


class Antivirus(Section):
    """winrm, rmm"""

    product: Text | None = None
    running: bool | None = None
    realtime: bool | None = None
    tamper_protected: bool | None = None
    signatures_at: Instant | Never | None = None
    last_scan_at: Instant | Never | None = None
    active_products_count: int | None = None
    exclusions: tuple[Text, ...] | None = None


class AttackSurfaceRule(Item):
    """winrm"""

    name: Text
    action: Literal["off", "block", "audit", "warn"] | None = None


class Backup(Section):
    """winrm (windows server backup, vendor cmdlets), ssh, http"""

    system_state_at: Instant | Never | None = None
    last_success_at: Instant | Never | None = None


class BackupJob(Item):
    """winrm vendor cmdlets, http"""

    name: Text
    last_success_at: Instant | Never | None = None
    last_result: Literal["success", "warning", "failed", "never-run"] | None = None
    offsite: bool | None = None
    encrypted: bool | None = None
    enabled: bool | None = None
    retention_s: int | None = None
    oldest_point_at: Instant | Never | None = None
    warnings_count: int | None = None


class BackupStore(Item):
    """winrm vendor cmdlets, http"""

    name: Text
    size_bytes: int | None = None
    free_bytes: int | None = None
    immutable_s: int | None = None
