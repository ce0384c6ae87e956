"""Which sites a plan applies to, when it is due there next, and the plans that a new server begins with."""

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from server.clients.models import Client, ClientState, Site, Tag
from server.scans.due import Timing, jitter_of, look_again
from server.scans.models import NextScan, PlanException, ScanPlan, Slot, SlotState
from server.scans.recurrence import BadRule, next_slot

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Shipped:
    """A plan that a new server begins with (users.md, section 5)."""

    name: str
    rule: str
    window_minutes: int
    jitter_minutes: int
    all_clients: bool
    active: bool
    networks: tuple[str, ...] = ()


POLICY_NETWORKS: Final = "policy"
"""In place of networks: all those that the agent's own policy allows."""
SHIPPED: Final = (
    # Conditions are volatile and want a reading each night; an access is read whole, so the night covers
    # configuration and identity too, which need only a week.
    Shipped("Nightly", "FREQ=DAILY;BYHOUR=20;BYMINUTE=0", 600, 30, all_clients=True, active=True),
    Shipped(
        "Weekly discovery",
        "FREQ=WEEKLY;BYDAY=WE;BYHOUR=11;BYMINUTE=0",
        240,
        30,
        all_clients=True,
        active=False,
        networks=(POLICY_NETWORKS,),
    ),
)


def ensure_default_plans() -> int:
    """Make the shipped plans on a server that never had a plan; return how many were made."""
    if ScanPlan.objects.exists():
        return 0
    made = [
        ScanPlan(
            name=one.name,
            rule=one.rule,
            window_minutes=one.window_minutes,
            jitter_minutes=one.jitter_minutes,
            all_clients=one.all_clients,
            active=one.active,
            networks=list(one.networks),
        )
        for one in SHIPPED
    ]
    return len(ScanPlan.objects.bulk_create(made, ignore_conflicts=True))


def sites_of(plan: ScanPlan) -> QuerySet[Site]:
    """Return the sites that a saved plan applies to."""
    return sites_meant(plan.all_clients, plan.tags.all(), plan)


def sites_meant(all_clients: bool, tags: Collection[Tag] | QuerySet[Tag], plan: ScanPlan | None) -> QuerySet[Site]:
    """Return the sites that a plan would apply to with these tags, its exceptions as they are."""
    exceptions = PlanException.objects.filter(plan=plan, client=OuterRef("client")).filter(
        Q(site=None) | Q(site=OuterRef("pk"))
    )
    tagged = Client.objects.filter(pk=OuterRef("client"), tags__in=tags)
    chosen = Q(Exists(tagged)) | Q(Exists(exceptions.filter(takes_in=True)))
    wanted = Q() if all_clients else chosen
    return in_service().filter(wanted).exclude(Exists(exceptions.filter(takes_in=False)))


def in_service() -> QuerySet[Site]:
    """Return the sites that are scanned at all."""
    return Site.objects.filter(retired_at=None, client__state=ClientState.ACTIVE)


def zone_of(site: Site) -> ZoneInfo:
    """Return a site's time zone; UTC where the stored name is none."""
    try:
        return ZoneInfo(site.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def timing_of(plan: ScanPlan, site: Site) -> Timing:
    """Return when a plan is due at a site. A plan never begins so late that its window is over."""
    window = timedelta(minutes=plan.window_minutes)
    jitter = min(timedelta(minutes=plan.jitter_minutes), window / 2)
    return Timing(plan.rule, zone_of(site), window, jitter_of(plan.uid, site.uid, jitter))


def named(timing: Timing) -> str:
    """Return a timing as text, to be compared."""
    return f"{timing.rule} {timing.zone.key} {timing.jitter.total_seconds():.0f}"


def put_in_place(plans: Iterable[ScanPlan], now: datetime) -> int:
    """Bring the due times of plans into line with rules, tags, exceptions and time zones; return how many changed.

    A plan that is new at a site begins with its next slot. A slot that has begun and waits for its jitter still runs.
    """
    return sum(_put_one_in_place(plan, now) for plan in plans)


def _put_one_in_place(plan: ScanPlan, now: datetime) -> int:
    wanted = {site.pk: site for site in sites_of(plan)} if plan.active else {}
    there = {row.site_id: row for row in NextScan.objects.filter(plan=plan)}
    gone = [row.pk for site_id, row in there.items() if site_id not in wanted]
    made: list[NextScan] = []
    changed: list[NextScan] = []
    try:
        for site_id, site in wanted.items():
            timing = timing_of(plan, site)
            row = there.get(site_id)
            if row is not None and row.timing == named(timing):
                continue
            pending = row is not None and row.slot_at <= now
            slot_at = row.slot_at if row is not None and pending else next_slot(timing.rule, timing.zone, now)
            fresh = NextScan(plan=plan, site=site, since=now)
            (made if row is None else changed).append(_set(row or fresh, timing, slot_at))
    except BadRule:
        logger.exception("a stored plan has a rule that is not understood", extra={"plan": plan.uid})
        return 0
    with transaction.atomic():
        if gone:
            NextScan.objects.filter(pk__in=gone).delete()
        NextScan.objects.bulk_create(made, ignore_conflicts=True, batch_size=500)
        NextScan.objects.bulk_update(changed, ["slot_at", "due_at", "timing"], batch_size=200)
    return len(gone) + len(made) + len(changed)


def _set(row: NextScan, timing: Timing, slot_at: datetime) -> NextScan:
    row.slot_at, row.due_at, row.timing = slot_at, slot_at + timing.jitter, named(timing)
    return row


def clock_was_put_back(now: datetime) -> int:
    """Reckon all due times anew; return how many. A slot that has run, or whose window is over, stays handled."""
    rows = list(NextScan.objects.select_related("plan", "site"))
    for row in rows:
        timing = timing_of(row.plan, row.site)
        row.since = min(row.since, now)
        still_open = Slot.objects.filter(plan=row.plan, site=row.site, due_at__gt=now - timing.window)
        still_open.filter(state=SlotState.SKIPPED, opened_at__gt=now).delete()  # not missed after all
        handled = set(still_open.values_list("due_at", flat=True))
        _set(row, timing, look_again(timing, handled, row.since, now))
    NextScan.objects.bulk_update(rows, ["slot_at", "due_at", "timing", "since"], batch_size=200)
    return len(rows)
