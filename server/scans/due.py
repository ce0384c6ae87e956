"""What is due at a site now: which slot runs, which were missed, and when it is next; sums without a database."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from server.scans.recurrence import next_slot, slots

LOOK_BACK: Final = timedelta(days=31)
"""Missed slots are noted one by one over so long; of what lies further back only the first is noted."""


@dataclass(frozen=True)
class Timing:
    """A plan at a site: its rule, the site's zone, how long a slot stays open, how much later it begins here."""

    rule: str
    zone: ZoneInfo
    window: timedelta
    jitter: timedelta


@dataclass(frozen=True)
class Due:
    """What to do about a plan at a site."""

    run: datetime | None
    """The slot that is to run: the latest that is due and still open."""
    missed: tuple[datetime, ...]
    """Slots that nobody ran and nobody will."""
    slot_at: datetime
    """The slot after these."""


def jitter_of(plan_uid: str, site_uid: str, at_most: timedelta) -> timedelta:
    """Return how much later than its slot a plan begins at a site: spread over sites, always the same for one."""
    number = int.from_bytes(hashlib.sha256(f"{plan_uid} {site_uid}".encode()).digest()[:8])
    return timedelta(seconds=number % (int(at_most.total_seconds()) + 1))


def look(timing: Timing, slot_at: datetime, now: datetime) -> Due:
    """Return what is due of a plan whose next slot is `slot_at`; that slot and all later ones are still to be done."""
    missed: list[datetime] = []
    slot = slot_at
    if now - slot > LOOK_BACK + timing.jitter:
        missed.append(slot)
        slot = next_slot(timing.rule, timing.zone, now - LOOK_BACK)
    later = slots(timing.rule, timing.zone, slot)
    run = None
    while slot + timing.jitter <= now:
        if run is not None:
            missed.append(run)
        run = slot if slot + timing.window > now else None
        if run is None:
            missed.append(slot)
        slot = next(later)
    return Due(run, tuple(missed), slot)


def look_again(timing: Timing, handled: Collection[datetime], since: datetime, now: datetime) -> datetime:
    """Return the slot that is next after the clock was put back: the first still open that was not handled yet.

    Nothing before `since`, when the plan came to the site, counts.
    """
    for slot in slots(timing.rule, timing.zone, max(since, now - timing.window)):
        if slot not in handled:
            return slot
    raise LookupError("the rule has no further slot")
