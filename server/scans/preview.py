"""What a plan would do before it is saved: whom it moves, when it runs first, and the next runs in each time zone."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from server.clients.models import Site, Tag
from server.scans.actions.planning import PlanTold
from server.scans.models import NextScan, ScanPlan
from server.scans.plans import sites_meant, timing_of
from server.scans.recurrence import next_slot, slots

RUNS_COUNT = 5


@dataclass(frozen=True)
class Zone:
    """The next runs by the clock of one time zone."""

    name: str
    sites_count: int
    runs: tuple[datetime, ...]


@dataclass(frozen=True)
class Preview:
    """The effect of a plan."""

    clients_count: int
    sites_count: int
    moved_count: int
    """Clients for whom something changes: new, at another time, or left out from now on."""
    added_count: int
    dropped_count: int
    first_at: datetime | None
    last_at: datetime | None
    """Between these the first run begins, over all sites."""
    zones: tuple[Zone, ...]


def preview_of(told: PlanTold, rule: str, plan: ScanPlan | None, now: datetime) -> Preview:
    """Return the effect of a plan that is told, `rule` being its parsed one; four queries."""
    tags = Tag.objects.filter(name__in=told.tags)
    sites = list(sites_meant(told.all_clients, tags, plan).only("pk", "uid", "client", "time_zone"))
    there = {row.site_id: row for row in NextScan.objects.filter(plan=plan).select_related("site")} if plan else {}
    meant = ScanPlan(
        uid=plan.uid if plan else "",
        rule=rule,
        window_minutes=told.window_minutes,
        jitter_minutes=told.jitter_minutes,
    )
    wanted = sites if told.active else []
    begins = {site.pk: _begins(meant, site, now) for site in wanted}
    moved = {site.client_id for site in wanted if site.pk not in there or there[site.pk].due_at != begins[site.pk]}
    kept = {site.pk for site in wanted}
    dropped = {row.site.client_id for site_id, row in there.items() if site_id not in kept}
    before = {row.site.client_id for row in there.values()}
    clients = {site.client_id for site in wanted}
    by_zone: dict[str, list[Site]] = {}
    for site in sites:
        by_zone.setdefault(timing_of(meant, site).zone.key, []).append(site)
    return Preview(
        clients_count=len(clients),
        sites_count=len(wanted),
        moved_count=len(moved | dropped),
        added_count=len(clients - before),
        dropped_count=len(dropped - clients),
        first_at=min(begins.values(), default=None),
        last_at=max(begins.values(), default=None),
        zones=tuple(_zone(name, by_zone[name], rule, now) for name in sorted(by_zone)),
    )


def _begins(plan: ScanPlan, site: Site, now: datetime) -> datetime:
    timing = timing_of(plan, site)
    return next_slot(timing.rule, timing.zone, now) + timing.jitter


def _zone(name: str, sites: list[Site], rule: str, now: datetime) -> Zone:
    zone = ZoneInfo(name)
    runs = tuple(at.astimezone(zone) for at in islice(slots(rule, zone, now), RUNS_COUNT))
    return Zone(name, len(sites), runs)
