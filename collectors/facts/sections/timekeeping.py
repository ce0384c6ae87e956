"""Time, logs and events."""

from typing import Literal

from collectors.facts.model import Item, Section
from collectors.facts.scalars import Text


class Time(Section):
    """winrm, ssh, snmp where the vendor has objects"""

    kind: Literal["domain", "ntp", "local-clock", "hypervisor", "none"] | None = None
    stratum: int | None = None
    zone: Text | None = None
    servers: tuple[Text, ...] | None = None
    synchronised: bool | None = None
    offset_s: float | None = None


class Logging(Section):
    """ssh configuration, ssh linux, winrm"""

    remote_hosts: tuple[Text, ...] | None = None
    persistent: bool | None = None
    retention_s: int | None = None


class EventLog(Item):
    """winrm"""

    name: Text
    max_bytes: int | None = None


class EventCount(Item):
    """winrm: counts by source in a named period"""

    name: Text
    level: Literal["critical", "error"] | None = None
    last_30_days_count: int | None = None


class AuditSetting(Item):
    """winrm"""

    name: Text
    success: bool | None = None
    failure: bool | None = None
