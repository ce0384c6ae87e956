"""Updates installed, missing and waiting."""

from datetime import date
from typing import Literal

from collectors.facts.model import Item, Section
from collectors.facts.scalars import Instant, Never, Span, Text, Version


class Patch(Section):
    """winrm, ssh linux, rmm"""

    level_released: Span | None = None
    last_success_at: Instant | Never | None = None
    reboot_pending: bool | None = None
    reboot_pending_since_at: Instant | Never | None = None
    source: Literal["wsus", "rmm", "windows-update", "none"] | None = None
    automatic: bool | None = None
    security_pending_count: int | None = None


class MissingPatch(Item):
    """winrm, rmm"""

    name: Text
    severity: Literal["critical", "important", "moderate", "low", "unrated"] | None = None
    released_on: date | None = None


class Vulnerability(Item):
    """advisory data; context only"""

    name: Text
    severity: Text | None = None
    due_on: date | None = None


class InstalledSoftware(Item):
    """winrm registry, rmm"""

    name: Text
    version: Version | None = None
    newer_available_since_on: date | None = None
