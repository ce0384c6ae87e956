"""Blackouts, and how one client is scanned."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router
from pydantic import AwareDatetime

from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.api.operations import MADE, operation
from server.api.plans import ExceptionShown, NextShown, SlotShown, exceptions, nexts, slots, where
from server.api.said_no import Wrong
from server.api.shapes import (
    Done,
    Limit,
    Moment,
    Paged,
    PageNumber,
    Shown,
    Told,
    Uid,
    UidIn,
    Why,
    rows_of,
)
from server.scans import overview
from server.scans.actions import planning
from server.scans.models import Blackout, NextScan, PlanException, Slot
from server.web.client_page import client_seen

router = Router(tags=["scan plans"])
SEE, EDIT = Right.SEE_HEALTH, Right.EDIT_PLANS


class BlackoutShown(Shown):
    """No planned scan between two instants: at a site, at a client, or, without a client, everywhere."""

    uid: str
    client: str
    site: str
    begins_at: AwareDatetime
    ends_at: AwareDatetime
    why: str
    by: str


class BlackoutTold(Told):
    """A blackout; without a client everywhere, which needs all clients in scope."""

    client: UidIn | None = None
    site: UidIn | None = None
    begins_at: Moment
    ends_at: Moment
    why: Why


class ClientPlans(Shown):
    """How a client is scanned: what is due next, who is left out, blackouts and the last slots."""

    next: list[NextShown]
    exceptions: list[ExceptionShown]
    blackouts: list[BlackoutShown]
    slots: list[SlotShown]


@operation(router, "GET", "/blackouts", "api_blackouts", SEE, Paged[BlackoutShown])
def blackouts(request: SignedIn, page: PageNumber = 1, limit: Limit = 50) -> Paged[BlackoutShown]:
    """Return the blackouts that have not ended, of clients in scope and of everybody."""
    rows, count = rows_of(overview.blackouts(request.actor, timezone.now()), page, limit)
    return Paged(items=[_blackout(one) for one in rows], count=count, page=page, limit=limit)


@operation(router, "POST", "/blackouts", "api_blackout_make", EDIT, BlackoutShown, MADE)
def black_out(request: SignedIn, told: BlackoutTold) -> BlackoutShown:
    """Hold planned scans back between two instants; what a person orders meanwhile still runs."""
    client, site = (None, None) if told.client is None else where(request, told.client, told.site)
    if client is None and told.site is not None:
        raise Wrong("client: a site needs its client")
    return _blackout(planning.black_out(request.actor, client, site, told.begins_at, told.ends_at, told.why))


@operation(router, "POST", "/blackouts/{uid}/end", "api_blackout_end", EDIT, Done)
def end_blackout(request: SignedIn, uid: Uid) -> Done:
    """End a blackout now, or call off one that has not begun."""
    planning.end_blackout(
        request.actor, get_object_or_404(overview.blackouts(request.actor, timezone.now()), uid=uid)
    )  # fmt: skip
    return Done()


@operation(router, "GET", "/clients/{uid}/plans", "api_client_plans", Right.SEE_CLIENTS, ClientPlans)
def client_plans(request: SignedIn, uid: Uid) -> ClientPlans:
    """Return how a client is scanned."""
    who = client_seen(request.actor, uid)
    standing = Blackout.objects.filter(client=who, ends_at__gt=timezone.now()).select_related("client", "site")
    return ClientPlans(
        next=nexts(NextScan.objects.filter(site__client=who)),
        exceptions=exceptions(PlanException.objects.filter(client=who)),
        blackouts=[_blackout(one) for one in standing.order_by("begins_at")],
        slots=slots(Slot.objects.filter(site__client=who)),
    )


def _blackout(one: Blackout) -> BlackoutShown:
    return BlackoutShown(
        uid=one.uid, client=one.client.uid if one.client else "", site=one.site.uid if one.site else "",
        begins_at=one.begins_at, ends_at=one.ends_at, why=one.why, by=one.by,
    )  # fmt: skip
