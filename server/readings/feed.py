"""The feed of a client: what changed that a person wants to hear of, with the sentence that says it."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from collectors.facts.merge import rank_of
from collectors.facts.reading import Reading
from collectors.facts.sections.accounts import Account
from collectors.facts.sections.system import Firmware, Os
from server.clients.models import Device
from server.readings.current import Change, Current
from server.readings.models import FeedEntry

NEW_DEVICE: Final = "new device"
FIRMWARE: Final = "firmware"
SYSTEM: Final = "system"
ADMIN_ADDED: Final = "administrator added"
ADMIN_REMOVED: Final = "administrator removed"
ENTRIES_COUNT: Final = 20
"""Of one report: a device that renames all its accounts is one piece of news, not a hundred."""


def sentence(entry: FeedEntry) -> str:
    """Return what the entry says, in the reader's language."""
    told = {"text": entry.text, "before": entry.before, "after": entry.after}
    return {
        NEW_DEVICE: _("New device: %(text)s"),
        FIRMWARE: _("Firmware %(text)s: %(before)s became %(after)s"),
        SYSTEM: _("Operating system: %(before)s became %(after)s"),
        ADMIN_ADDED: _("%(text)s became an administrator"),
        ADMIN_REMOVED: _("%(text)s is an administrator no more"),
    }.get(entry.kind, "%(text)s") % told


def beside_device(entry: FeedEntry) -> str:
    """Return what the entry says where the device's name stands beside it."""
    return _("New device") if entry.kind == NEW_DEVICE else sentence(entry)


def entries(device: Device, current: Current, changes: Iterable[Change], at: datetime) -> list[FeedEntry]:
    """Return what is told of a report; nothing of late ones, and of several sources only the best-ranked."""
    made = []
    if device.read_at is None:
        made.append(_entry(device, at, NEW_DEVICE, device.name))
    for change in changes:
        if change.late or change.before is None or not _is_best(current, change):
            continue
        made += _told(device, change.before.reading, change.after.reading)
    return made[:ENTRIES_COUNT]


def _is_best(current: Current, change: Change) -> bool:
    ranks = {
        source: (rank_of(section, told[0].reading.source), source)
        for (section, source), told in current.readings.items()
        if section == change.section and told[0].has_value
    }
    return min(ranks, key=lambda source: ranks[source], default="") == change.source


def _told(device: Device, before: Reading, after: Reading) -> Iterator[FeedEntry]:
    old, new, at = before.value, after.value, after.read_at
    if isinstance(old, Firmware) and isinstance(new, Firmware):
        if old.version and new.version and old.version != new.version:
            yield _entry(device, at, FIRMWARE, new.product or "", old.version, new.version)
    elif isinstance(old, Os) and isinstance(new, Os):
        was, now = _system(old), _system(new)
        if was and now and was != now:
            yield _entry(device, at, SYSTEM, new.family or "", was, now)
    elif after.section == "admins" and isinstance(old, tuple) and isinstance(new, tuple):
        had, has = _names(old), _names(new)
        if before.complete:
            yield from (_entry(device, at, ADMIN_ADDED, name, personal=True) for name in sorted(has - had))
        if after.complete:
            yield from (_entry(device, at, ADMIN_REMOVED, name, personal=True) for name in sorted(had - has))


def _names(value: tuple[object, ...]) -> set[str]:
    return {one.name for one in value if isinstance(one, Account)}


def _system(os: Os) -> str:
    return " ".join(part for part in (os.product, os.version, os.build) if part)


def _entry(
    device: Device, at: datetime, kind: str, text: str, before: str = "", after: str = "", *, personal: bool = False
) -> FeedEntry:
    return FeedEntry(
        client_id=device.client_id,
        device=device,
        at=at,
        kind=kind,
        text=text[:300],
        before=before[:200],
        after=after[:200],
        personal=personal,
    )
