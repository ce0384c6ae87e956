"""A subject: a device, domain, site or client as rules see it, with all that is currently known of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.facts.gaps import Gap
from collectors.facts.reading import Reading


@dataclass(frozen=True)
class Subject:
    """What is known of one subject: by section, the newest successful reading of each source, the best-ranked first."""

    name: str
    kind: str
    """A device class ('ups', 'windows server', ...) or 'domain', 'site', 'client'."""
    readings: Mapping[str, tuple[Reading, ...]] = field(default_factory=dict)
    gaps: Mapping[str, Gap] = field(default_factory=dict)
    """What is missing now, by path: 'ups', 'ups.self_test_at', 'supplies[Black].left_percent', '*'."""
    not_reread: Mapping[str, Gap] = field(default_factory=dict)
    """By section: why a newer scan could not read again what `readings` still holds."""
    earlier: Mapping[str, tuple[Reading, ...]] = field(default_factory=dict)
    """By section: older readings, newest first, for `rise` and `usually`."""
    roles: tuple[str, ...] = ()
    group: str | None = None
    """The HA pair, cluster or stack that this device is counted in."""
    retired: bool = False
    parents: Mapping[str, "Subject"] = field(default_factory=dict)
    """By kind ('client', 'site', 'domain'): the subjects this one belongs to."""
    devices: tuple["Subject", ...] = ()
    """A site's or client's devices."""
