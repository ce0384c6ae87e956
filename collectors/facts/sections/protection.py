"""Malware protection and backup."""

from typing import ClassVar, Literal

from collectors.facts.model import Item, Section
from collectors.facts.scalars import Instant, Never, Text
from collectors.facts.sections.storage import percent_of


class Antivirus(Section):
    """The malware protection of a machine.

    From: winrm, rmm.
    """

    product: Text | None = None
    running: bool | None = None
    realtime: bool | None = None
    tamper_protected: bool | None = None
    signatures_at: Instant | Never | None = None
    last_scan_at: Instant | Never | None = None
    active_products_count: int | None = None
    exclusions: tuple[Text, ...] | None = None


class AttackSurfaceRule(Item):
    """A rule by which the malware protection blocks a habit of attackers.

    From: winrm.
    """

    name: Text
    action: Literal["off", "block", "audit", "warn"] | None = None


class Backup(Section):
    """The backup of the machine itself.

    From: winrm (Windows Server Backup, vendor cmdlets), ssh, http.
    """

    system_state_at: Instant | Never | None = None
    last_success_at: Instant | Never | None = None


class BackupJob(Item):
    """A backup job; one that has never run has 'never' as its last success.

    From: winrm (vendor cmdlets), http.
    """

    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = (("last_success_at", "last_result"),)

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
    """A place where backups lie.

    From: winrm (vendor cmdlets), http.
    """

    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = (("size_bytes", "free_bytes"),)
    VOLATILE: ClassVar[frozenset[str]] = frozenset({"free_bytes", "free_percent"})

    name: Text
    size_bytes: int | None = None
    free_bytes: int | None = None
    immutable_s: int | None = None

    @property
    def free_percent(self) -> float | None:
        """Return the free share of the size."""
        return percent_of(self.free_bytes, self.size_bytes)
