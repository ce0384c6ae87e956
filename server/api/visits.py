"""Visits to sites, and what the scan before each did not read."""

import re
from datetime import date, time
from typing import Annotated, Final, Literal

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router
from pydantic import AwareDatetime, BeforeValidator, WithJsonSchema

from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.api.clients import site_seen
from server.api.operations import MADE, operation
from server.api.shapes import ClientQuery, Day, Limit, Line, Paged, PageNumber, Shown, Told, Uid, rows_of
from server.scans.actions import visiting
from server.scans.models import Visit
from server.scans.reasons import reason_of
from server.scans.visits import missed, steps_of, times_of, visits_seen

router = Router(tags=["visits"])
CLOCK: Final = r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"
"""No zone stands in it, as JSON Schema's own format of a time would want."""


def _clock(told: object) -> object:
    if isinstance(told, time) or (isinstance(told, str) and re.fullmatch(CLOCK, told)):
        return told
    raise ValueError("a time of day like 08:00")


Clock = Annotated[
    time,
    BeforeValidator(_clock),
    WithJsonSchema({"type": "string", "pattern": CLOCK, "description": "By the site's own clock."}),
]


class VisitShown(Shown):
    """A day on which somebody goes to a site, and when it is read before."""

    uid: str
    client: str
    site: str
    day: date
    begins: Clock
    note: str
    by: str
    begins_at: AwareDatetime
    first_scan_at: AwareDatetime
    again_at: AwareDatetime
    cancelled_at: AwareDatetime | None
    judged: bool


class StepShown(Shown):
    """One of the scans before a visit: first, or again what failed."""

    step: str
    due_at: AwareDatetime
    opened_at: AwareDatetime
    state: str
    why: str


class Missed(Shown):
    """An access that was not read before a visit, and why."""

    access: str
    device: str
    name: str
    transport: str
    reason: str
    text: str
    who: str


class VisitWhole(Shown):
    """A visit with its scans, and what they have not read so far; nothing is listed before the first has begun."""

    visit: VisitShown
    steps: list[StepShown]
    missed: list[Missed]


class VisitTold(Told):
    """When somebody goes to a site."""

    day: Day
    begins: Clock = time(8)
    note: Annotated[str, Line(300, 0)] = ""


def visit_shown(one: Visit) -> VisitShown:
    """Return a visit as programs are told; give it with site and client selected."""
    times = times_of(one)
    return VisitShown(
        uid=one.uid, client=one.site.client.uid, site=one.site.uid, day=one.day, begins=one.begins, note=one.note,
        by=one.by, begins_at=times.begins_at, first_scan_at=times.first_at, again_at=times.again_at,
        cancelled_at=one.cancelled_at, judged=one.judged_day == one.day,
    )  # fmt: skip


@operation(router, "GET", "/visits", "api_visits", Right.SEE_CLIENTS, Paged[VisitShown])
def visits(
    request: SignedIn,
    client: ClientQuery = "",
    show: Literal["coming", "past", "cancelled"] = "coming",
    page: PageNumber = 1,
    limit: Limit = 50,
) -> Paged[VisitShown]:
    """Return the visits in scope: those to come by day, or those of before, the last first."""
    found = visits_seen(request.actor, show, timezone.now())
    rows, count = rows_of(found.filter(site__client__uid=client) if client else found, page, limit)
    return Paged(items=[visit_shown(one) for one in rows], count=count, page=page, limit=limit)


@operation(router, "POST", "/sites/{uid}/visits", "api_visit_plan", Right.RUN_SCANS, VisitShown, MADE)
def plan(request: SignedIn, uid: Uid, told: VisitTold) -> VisitShown:
    """Plan a visit: the site is read 18 hours before, and what failed again in the morning."""
    return visit_shown(visiting.plan_visit(request.actor, site_seen(request, uid), _told(told)))


@operation(router, "GET", "/visits/{uid}", "api_visit", Right.SEE_CLIENTS, VisitWhole)
def visit(request: SignedIn, uid: Uid) -> VisitWhole:
    """Return a visit with its scans and what they did not read."""
    one, now = _seen(request, uid), timezone.now()
    slots = steps_of(one)
    rows = missed(one.site, times_of(one), now) if slots else ()
    return VisitWhole(
        visit=visit_shown(one),
        steps=[
            StepShown(step=name, due_at=slot.due_at, opened_at=slot.opened_at, state=slot.state, why=slot.why)
            for name, slot in sorted(slots.items(), key=lambda pair: pair[1].due_at)
        ],
        missed=[
            Missed(
                access=row.uid, device=row.device.uid, name=row.device.name, transport=row.transport,
                reason=row.last_reason, text=row.last_text,
                who=str(reason_of(row.last_reason).who) if row.last_reason else "",
            )
            for row in rows
        ],
    )  # fmt: skip


@operation(router, "POST", "/visits/{uid}", "api_visit_change", Right.RUN_SCANS, VisitShown)
def change(request: SignedIn, uid: Uid, told: VisitTold) -> VisitShown:
    """Change a visit that has not begun; for another day the site is read anew."""
    visiting.change_visit(request.actor, _seen(request, uid), _told(told))
    return visit_shown(_seen(request, uid))


@operation(router, "POST", "/visits/{uid}/cancel", "api_visit_cancel", Right.RUN_SCANS, VisitShown)
def cancel(request: SignedIn, uid: Uid) -> VisitShown:
    """Cancel a visit that has not begun; what is queued for it is not read."""
    visiting.cancel_visit(request.actor, _seen(request, uid))
    return visit_shown(_seen(request, uid))


def _seen(request: SignedIn, uid: str) -> Visit:
    rows: QuerySet[Visit] = visits_seen(request.actor, "", timezone.now())
    return get_object_or_404(rows.prefetch_related("slots"), uid=uid)


def _told(told: VisitTold) -> visiting.VisitTold:
    return visiting.VisitTold(told.day, told.begins.replace(tzinfo=None, second=0, microsecond=0), told.note)
