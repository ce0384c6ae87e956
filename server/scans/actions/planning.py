"""Scan plans made, changed and removed, their exceptions, and blackouts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from server.accounts.acting import acting
from server.accounts.actor import Actor, Forbidden, NotThere
from server.accounts.rights import Right
from server.clients.models import Client, Site, Tag
from server.scans.models import Blackout, NextScan, PlanException, ScanPlan
from server.scans.plans import put_in_place
from server.scans.recurrence import BadRule, parse

LONGEST: Final = timedelta(days=3650)
"""How far from now a blackout may lie."""


@dataclass(frozen=True)
class PlanTold:
    """What a person says of a plan."""

    name: str
    rule: str
    window_minutes: int
    jitter_minutes: int
    kinds: tuple[str, ...] = ()
    transports: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    all_clients: bool = False
    active: bool = True
    tags: tuple[str, ...] = ()


def make_plan(by: Actor, told: PlanTold) -> ScanPlan:
    """Return a new plan, in force at once."""
    _for_everybody(by)
    with acting(by, Right.EDIT_PLANS, "scan plan made") as act:
        plan = ScanPlan()
        act.about = plan
        _take(plan, told)
        act.details |= _told(told)
        put_in_place([plan], timezone.now())
    return plan


def change_plan(by: Actor, plan: ScanPlan, told: PlanTold) -> None:
    """Change a plan, in force at once; jobs that are queued stay."""
    _for_everybody(by)
    with acting(by, Right.EDIT_PLANS, "scan plan changed", about=plan) as act:
        _take(plan, told)
        act.details |= _told(told)
        put_in_place([plan], timezone.now())


def remove_plan(by: Actor, plan: ScanPlan) -> None:
    """Remove a plan with its due times; what it has read stays."""
    _for_everybody(by)
    with acting(by, Right.EDIT_PLANS, "scan plan removed", about=plan):
        ScanPlan.objects.filter(pk=plan.pk).delete()


def _for_everybody(by: Actor) -> None:
    """Raise Forbidden for a person who does not see all clients: a plan reaches clients that they do not know."""
    by.need(Right.EDIT_PLANS)
    if not by.all_clients:
        raise Forbidden(_("plans reach all clients: this needs all clients in scope"))


def _take(plan: ScanPlan, told: PlanTold) -> None:
    try:
        plan.rule = parse(told.rule)
    except BadRule as error:
        raise ValidationError({"rule": str(error)}) from error
    plan.name = told.name
    plan.window_minutes, plan.jitter_minutes = told.window_minutes, told.jitter_minutes
    plan.kinds, plan.transports, plan.networks = list(told.kinds), list(told.transports), list(told.networks)
    plan.all_clients, plan.active = told.all_clients, told.active
    plan.full_clean(exclude=["kinds", "transports", "networks"])
    plan.save()
    plan.tags.set(Tag.objects.filter(name__in=told.tags))


def _told(told: PlanTold) -> dict[str, object]:
    return {
        "rule": told.rule,
        "window_minutes": told.window_minutes,
        "all_clients": told.all_clients,
        "active": told.active,
        "tags": list(told.tags),
    }


def except_from_plan(
    by: Actor, plan: ScanPlan, client: Client, site: Site | None, why: str, *, takes_in: bool = False
) -> None:
    """Leave a client or site out of a plan, or take it in though no tag does."""
    if site is not None and site.client_id != client.pk:
        raise NotThere("there is no such site")
    with acting(
        by,
        Right.EDIT_PLANS,
        "client taken into a plan" if takes_in else "client left out of a plan",
        client_id=client.pk,
        client_uid=client.uid,
        about=plan,
    ) as act:
        PlanException.objects.update_or_create(
            plan=plan, client=client, site=site, defaults={"takes_in": takes_in, "why": why}
        )
        act.details |= {"why": why, "site": site.name if site else ""}
        put_in_place([plan], timezone.now())


def end_exception(by: Actor, exception: PlanException) -> None:
    """Let a plan apply to a client as its tags say."""
    client = exception.client
    with acting(
        by,
        Right.EDIT_PLANS,
        "exception of a plan ended",
        client_id=client.pk,
        client_uid=client.uid,
        about=exception.plan,
    ):
        PlanException.objects.filter(pk=exception.pk).delete()
        put_in_place([exception.plan], timezone.now())


def black_out(
    by: Actor, client: Client | None, site: Site | None, begins_at: datetime, ends_at: datetime, why: str
) -> Blackout:
    """Hold planned scans back between two instants: at a site, at a client, or, with no client, everywhere.

    What a person orders meanwhile still runs.
    """
    if client is None:
        _for_everybody(by)
    if site is not None and (client is None or site.client_id != client.pk):
        raise NotThere("there is no such site")
    if ends_at <= begins_at:
        raise ValidationError({"ends_at": _("It must end after it begins.")})
    now = timezone.now()
    for name, at in (("begins_at", begins_at), ("ends_at", ends_at)):
        if not now - LONGEST <= at <= now + LONGEST:
            raise ValidationError({name: _("A blackout lies within ten years.")})
    with acting(
        by,
        Right.EDIT_PLANS,
        "blackout made",
        client_id=client.pk if client else None,
        client_uid=client.uid if client else "",
    ) as act:
        made = Blackout.objects.create(
            client=client, site=site, begins_at=begins_at, ends_at=ends_at, why=why, by=by.name
        )
        act.about = made
        act.details |= {"from": begins_at.isoformat(), "to": ends_at.isoformat(), "site": site.name if site else ""}
    return made


def end_blackout(by: Actor, blackout: Blackout) -> None:
    """End a blackout now, or call off one that has not begun."""
    if blackout.client_id is None:
        _for_everybody(by)
    with acting(
        by,
        Right.EDIT_PLANS,
        "blackout ended",
        client_id=blackout.client_id,
        client_uid=blackout.client.uid if blackout.client else "",
        about=blackout,
    ):
        now = timezone.now()
        Blackout.objects.filter(pk=blackout.pk, begins_at__gte=now).delete()
        Blackout.objects.filter(pk=blackout.pk, ends_at__gt=now).update(ends_at=now)
        NextScan.objects.filter(slot_at__lte=now, due_at__gt=now, due_at=blackout.ends_at).update(due_at=now)
