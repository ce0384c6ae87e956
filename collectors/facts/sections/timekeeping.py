"""Time, logs and events."""

from typing import ClassVar, Literal

from collectors.facts.model import Item, Section
from collectors.facts.scalars import Text


class Time(Section):
    """Where the clock takes its time from, and how far it was off when it was read.

    From: winrm, ssh, snmp where the vendor has objects.
    """

    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = (("stratum", "synchronised", "offset_s"),)
    VOLATILE: ClassVar[frozenset[str]] = frozenset({"offset_s"})

    kind: Literal["domain", "ntp", "local-clock", "hypervisor", "none"] | None = None
    stratum: int | None = None
    zone: Text | None = None
    servers: tuple[Text, ...] | None = None
    synchronised: bool | None = None
    offset_s: float | None = None


class Logging(Section):
    """Where log lines go and how long they stay.

    From: ssh configuration, ssh linux, winrm.
    """

    remote_hosts: tuple[Text, ...] | None = None
    persistent: bool | None = None
    retention_s: int | None = None


class EventLog(Item):
    """A Windows event log and its size limit.

    From: winrm.
    """

    name: Text
    max_bytes: int | None = None


class EventCount(Item):
    """How often one source logged an error within a named period.

    From: winrm.
    """

    VOLATILE: ClassVar[frozenset[str]] = frozenset({"last_30_days_count"})

    name: Text
    level: Literal["critical", "error"] | None = None
    last_30_days_count: int | None = None


class AuditSetting(Item):
    """A subject of the audit policy: what of it is recorded.

    From: winrm.
    """

    name: Text
    success: bool | None = None
    failure: bool | None = None
