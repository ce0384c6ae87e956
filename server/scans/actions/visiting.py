"""Visits planned, changed and cancelled; the scans before them follow by themselves."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from server.accounts.acting import acting
from server.accounts.actor import Actor
from server.accounts.rights import Right
from server.clients.actions.client import Refused
from server.clients.models import ClientState, Site
from server.scans.models import JobState, ScanJob, Visit
from server.scans.visits import times_of

LATEST: Final = timedelta(days=400)
DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class VisitTold:
    """What a person says of a visit."""

    day: date
    begins: time = time(8)
    note: str = ""


def plan_visit(by: Actor, site: Site, told: VisitTold) -> Visit:
    """Return a new visit; raises Refused where the site has one on that day, ValidationError for a day that is over."""
    client = site.client
    if client.state != ClientState.ACTIVE or site.retired_at is not None:
        raise Refused(_("It is not scanned any more."))
    with acting(by, Right.RUN_SCANS, "visit planned", client_id=client.pk, client_uid=client.uid) as act:
        visit = Visit(site=site, day=told.day, begins=told.begins, note=told.note, by=by.name)
        _to_come(visit)
        _saved(visit)
        act.about = visit
        act.details |= _told(told)
    return visit


def change_visit(by: Actor, visit: Visit, told: VisitTold) -> None:
    """Change day, hour or note of a visit that has not begun; for another day the site is read anew."""
    client = visit.site.client
    with acting(by, Right.RUN_SCANS, "visit changed", client_id=client.pk, client_uid=client.uid, about=visit) as act:
        _standing(visit)
        act.details |= {"before": {"day": visit.day.isoformat(), "begins": f"{visit.begins:%H:%M}"}, **_told(told)}
        moved = visit.day != told.day
        visit.day, visit.begins, visit.note = told.day, told.begins, told.note
        _to_come(visit)
        _saved(visit)
        if moved:
            _stop(visit, _("the visit was moved"))


def cancel_visit(by: Actor, visit: Visit) -> None:
    """Cancel a visit that has not begun; what is queued for it is not read."""
    client = visit.site.client
    with acting(by, Right.RUN_SCANS, "visit cancelled", client_id=client.pk, client_uid=client.uid, about=visit):
        _standing(visit)
        if Visit.objects.filter(pk=visit.pk, cancelled_at=None).update(cancelled_at=timezone.now()) != 1:
            raise Refused(_("It is cancelled already."))
        _stop(visit, _("the visit was cancelled"))


def _standing(visit: Visit) -> None:
    if visit.cancelled_at is not None:
        raise Refused(_("It is cancelled already."))
    if times_of(visit).begins_at <= timezone.now():
        raise Refused(_("It has begun already."))


def _to_come(visit: Visit) -> None:
    now: datetime = timezone.now()
    near = abs(visit.day - now.date()) <= LATEST + DAY  # at the ends of the calendar there is no instant to reckon with
    if not near or not now < times_of(visit).begins_at <= now + LATEST:
        raise ValidationError({"day": _("A visit lies ahead, at most 400 days.")})


def _saved(visit: Visit) -> None:
    try:
        with transaction.atomic():
            visit.save()
    except IntegrityError as error:
        raise Refused(_("The site has a visit on that day already.")) from error


def _stop(visit: Visit, why: str) -> None:
    """Stop what is queued for a visit and not with an agent yet."""
    queued = ScanJob.objects.filter(slot__visit=visit, state=JobState.QUEUED)
    queued.update(state=JobState.CANCELLED, text=why, ended_at=timezone.now(), leased_until=None)


def _told(told: VisitTold) -> dict[str, object]:
    return {"day": told.day.isoformat(), "begins": f"{told.begins:%H:%M}", "note": told.note}
