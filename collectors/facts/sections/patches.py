"""Updates installed, missing and waiting."""

from datetime import date
from typing import ClassVar, Literal

from collectors.facts.model import Item, Section
from collectors.facts.scalars import Instant, Never, Span, Text, Version


class Patch(Section):
    """How far the device is patched, and by whom; where it does not say, the release span comes from the catalogue.

    From: winrm, ssh linux, rmm.
    """

    level_released: Span | None = None
    last_success_at: Instant | Never | None = None
    reboot_pending: bool | None = None
    reboot_pending_since_at: Instant | Never | None = None
    source: Literal["wsus", "rmm", "windows-update", "none"] | None = None
    automatic: bool | None = None
    security_pending_count: int | None = None


class MissingPatch(Item):
    """An update that is offered and not installed.

    From: winrm, rmm.
    """

    name: Text
    severity: Literal["critical", "important", "moderate", "low", "unrated"] | None = None
    released_on: date | None = None


class Vulnerability(Item):
    """A published weakness of an installed product; context only.

    From: advisory data.
    """

    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = (("severity", "due_on"),)

    name: Text
    severity: Text | None = None
    due_on: date | None = None


class InstalledSoftware(Item):
    """An installed program with its version.

    From: winrm (registry), rmm.
    """

    TOGETHER: ClassVar[tuple[tuple[str, ...], ...]] = (("version", "newer_available_since_on"),)

    name: Text
    version: Version | None = None
    newer_available_since_on: date | None = None
