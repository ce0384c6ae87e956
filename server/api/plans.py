"""Scan plans with whom they reach, their exceptions, and blackouts."""

from typing import Annotated

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router
from pydantic import AfterValidator, AwareDatetime, Field

from server.accounts.actor import Forbidden
from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.api.clients import site_seen
from server.api.operations import MADE, operation
from server.api.said_no import Wrong
from server.api.shapes import (
    DeviceClass,
    Done,
    Limit,
    Line,
    Paged,
    PageNumber,
    Shown,
    Told,
    Transport,
    Uid,
    UidIn,
    Why,
    Word,
    rows_of,
)
from server.clients.actions.client import Refused
from server.clients.models import Client, ClientState, Site
from server.scans.actions import planning
from server.scans.choices import in_words
from server.scans.models import NextScan, PlanException, ScanPlan, Slot
from server.scans.opening import NETWORKS_COUNT, networks_of
from server.scans.plans import POLICY_NETWORKS
from server.scans.preview import preview_of
from server.scans.recurrence import parse
from server.web.client_page import client_seen

router = Router(tags=["scan plans"])
SEE, EDIT = Right.SEE_HEALTH, Right.EDIT_PLANS
SLOTS_COUNT = 50
NEXT_COUNT = 1_000


class PlanShown(Shown):
    """When which devices are read. Without kinds and transports: all; with networks: it looks for devices there."""

    uid: str
    name: str
    rule: str
    in_words: str
    window_minutes: int
    jitter_minutes: int
    kinds: list[str]
    transports: list[str]
    networks: list[str]
    all_clients: bool
    active: bool
    tags: list[str]


class PlanTold(Told):
    """A plan. `rule`: RFC 5545 in the site's own time; `networks`: 'policy' alone means all that agents may ask."""

    name: Annotated[str, Line(100)]
    rule: Annotated[str, Line(300), AfterValidator(parse)]
    window_minutes: int = Field(default=600, ge=15, le=1440)
    jitter_minutes: int = Field(default=30, ge=0, le=720)
    kinds: list[DeviceClass] = Field(default_factory=list, max_length=100)
    transports: list[Transport] = Field(default_factory=list, max_length=5)
    networks: list[Annotated[str, Line(60)]] = Field(default_factory=list, max_length=NETWORKS_COUNT)
    all_clients: bool = False
    active: bool = True
    tags: list[Word] = Field(default_factory=list, max_length=200)


class Effect(Shown):
    """What a plan would do, before it is saved."""

    in_words: str
    clients_count: int
    sites_count: int
    moved_count: int
    added_count: int
    dropped_count: int
    first_at: AwareDatetime | None
    last_at: AwareDatetime | None


class NextShown(Shown):
    """When a plan is due at a site next."""

    plan: str
    client: str
    site: str
    due_at: AwareDatetime


class ExceptionShown(Shown):
    """A client or site that a plan leaves out, or takes in though no tag does."""

    uid: str
    plan: str
    client: str
    site: str
    takes_in: bool
    why: str


class SlotShown(Shown):
    """A due time of a plan at a site, or a scan before a visit, and how it went."""

    plan: str
    visit: str
    site: str
    due_at: AwareDatetime
    state: str
    why: str


class PlanWhole(Shown):
    """A plan with where it applies in your scope; at most 1,000 sites and the last 50 slots."""

    plan: PlanShown
    next: list[NextShown]
    exceptions: list[ExceptionShown]
    slots: list[SlotShown]


class ExceptionTold(Told):
    """A client, or one site of it, that a plan leaves out or takes in."""

    client: UidIn
    site: UidIn | None = None
    takes_in: bool = False
    why: Why


def plan_shown(one: ScanPlan) -> PlanShown:
    """Return a plan as programs are told; give it with its tags prefetched."""
    return PlanShown(
        uid=one.uid, name=one.name, rule=one.rule, in_words=in_words(one.rule), window_minutes=one.window_minutes,
        jitter_minutes=one.jitter_minutes, kinds=one.kinds, transports=one.transports, networks=one.networks,
        all_clients=one.all_clients, active=one.active, tags=sorted(tag.name for tag in one.tags.all()),
    )  # fmt: skip


@operation(router, "GET", "/plans", "api_plans", SEE, Paged[PlanShown])
def plans(request: SignedIn, page: PageNumber = 1, limit: Limit = 50) -> Paged[PlanShown]:
    """Return the scan plans by name."""
    rows, count = rows_of(ScanPlan.objects.order_by("name").prefetch_related("tags"), page, limit)
    return Paged(items=[plan_shown(one) for one in rows], count=count, page=page, limit=limit)


@operation(router, "POST", "/plans", "api_plan_make", EDIT, PlanShown, MADE)
def make(request: SignedIn, told: PlanTold) -> PlanShown:
    """Make a plan, in force at once; preview it first."""
    return plan_shown(planning.make_plan(request.actor, _told(told)))


@operation(router, "POST", "/plans/preview", "api_plan_preview", EDIT, Effect)
def preview(request: SignedIn, told: PlanTold) -> Effect:
    """Return what a new plan would do, before it is made."""
    return _effect(request, told, None)


@operation(router, "GET", "/plans/{uid}", "api_plan", SEE, PlanWhole)
def plan(request: SignedIn, uid: Uid) -> PlanWhole:
    """Return a plan: where it applies, when it runs next, who is left out, and what it did last."""
    one = get_object_or_404(ScanPlan.objects.prefetch_related("tags"), uid=uid)
    seen = Client.objects.seen_by(request.actor)
    return PlanWhole(
        plan=plan_shown(one),
        next=nexts(one.next_scans.filter(site__client__in=seen)),
        exceptions=exceptions(one.exceptions.filter(client__in=seen)),
        slots=slots(Slot.objects.filter(plan=one, site__client__in=seen)),
    )


@operation(router, "POST", "/plans/{uid}", "api_plan_change", EDIT, PlanShown)
def change(request: SignedIn, uid: Uid, told: PlanTold) -> PlanShown:
    """Change a plan, in force at once; jobs that are queued stay."""
    one = get_object_or_404(ScanPlan, uid=uid)
    planning.change_plan(request.actor, one, _told(told))
    return plan_shown(one)


@operation(router, "POST", "/plans/{uid}/preview", "api_plan_change_preview", EDIT, Effect)
def preview_change(request: SignedIn, uid: Uid, told: PlanTold) -> Effect:
    """Return what a change of a plan would do, before it is made."""
    return _effect(request, told, get_object_or_404(ScanPlan, uid=uid))


@operation(router, "POST", "/plans/{uid}/remove", "api_plan_remove", EDIT, Done)
def remove(request: SignedIn, uid: Uid) -> Done:
    """Remove a plan with its due times; what it has read stays."""
    planning.remove_plan(request.actor, get_object_or_404(ScanPlan, uid=uid))
    return Done()


@operation(router, "POST", "/plans/{uid}/exceptions", "api_plan_except", EDIT, ExceptionShown, MADE)
def make_exception(request: SignedIn, uid: Uid, told: ExceptionTold) -> ExceptionShown:
    """Leave a client or site out of a plan, or take it in; what was said of it before is replaced."""
    one = get_object_or_404(ScanPlan, uid=uid)
    client, site = where(request, told.client, told.site)
    planning.except_from_plan(request.actor, one, client, site, told.why, takes_in=told.takes_in)
    return exceptions(PlanException.objects.filter(plan=one, client=client, site=site))[0]


@operation(router, "POST", "/exceptions/{uid}/end", "api_exception_end", EDIT, Done)
def end_exception(request: SignedIn, uid: Uid) -> Done:
    """Let a plan apply to a client as its tags say."""
    seen = PlanException.objects.filter(client__in=Client.objects.seen_by(request.actor))
    planning.end_exception(request.actor, get_object_or_404(seen.select_related("plan", "client"), uid=uid))
    return Done()


def _told(told: PlanTold) -> planning.PlanTold:
    policy = told.networks == [POLICY_NETWORKS]
    if not policy and len(networks_of(told.networks)) != len(told.networks):
        raise Wrong("networks: 1 to 64 networks such as 192.168.1.0/24, or 'policy' alone")
    return planning.PlanTold(
        name=told.name, rule=told.rule, window_minutes=told.window_minutes, jitter_minutes=told.jitter_minutes,
        kinds=tuple(told.kinds), transports=tuple(told.transports), networks=tuple(told.networks),
        all_clients=told.all_clients, active=told.active, tags=tuple(told.tags),
    )  # fmt: skip


def _effect(request: SignedIn, told: PlanTold, one: ScanPlan | None) -> Effect:
    if not request.actor.all_clients:
        raise Forbidden("plans reach all clients: this needs all clients in scope")
    shown = preview_of(_told(told), told.rule, one, timezone.now())
    return Effect(
        in_words=in_words(told.rule), clients_count=shown.clients_count, sites_count=shown.sites_count,
        moved_count=shown.moved_count, added_count=shown.added_count, dropped_count=shown.dropped_count,
        first_at=shown.first_at, last_at=shown.last_at,
    )  # fmt: skip


def where(request: SignedIn, client_uid: str, site_uid: str | None) -> tuple[Client, Site | None]:
    """Return a client in scope, and a site of it; raises Refused for what is scanned no more."""
    client = client_seen(request.actor, client_uid)
    site = site_seen(request, site_uid) if site_uid is not None else None
    if client.state != ClientState.ACTIVE or (site is not None and site.retired_at is not None):
        raise Refused("It is not scanned any more.")
    return client, site


def nexts(rows: QuerySet[NextScan]) -> list[NextShown]:
    """Return when plans are due next, soonest first."""
    found = rows.select_related("plan", "site__client").order_by("due_at", "pk")[:NEXT_COUNT]
    return [
        NextShown(plan=row.plan.uid, client=row.site.client.uid, site=row.site.uid, due_at=row.due_at) for row in found
    ]


def exceptions(rows: QuerySet[PlanException]) -> list[ExceptionShown]:
    """Return exceptions as programs are told."""
    return [
        ExceptionShown(
            uid=row.uid, plan=row.plan.uid, client=row.client.uid, site=row.site.uid if row.site else "",
            takes_in=row.takes_in, why=row.why,
        )
        for row in rows.select_related("plan", "client", "site").order_by("pk")
    ]  # fmt: skip


def slots(rows: QuerySet[Slot]) -> list[SlotShown]:
    """Return the last slots, newest first."""
    found = rows.select_related("plan", "visit", "site").order_by("-due_at", "-pk")[:SLOTS_COUNT]
    return [
        SlotShown(
            plan=row.plan.uid if row.plan else "", visit=row.visit.uid if row.visit else "", site=row.site.uid,
            due_at=row.due_at, state=row.state, why=row.why,
        )
        for row in found
    ]  # fmt: skip
