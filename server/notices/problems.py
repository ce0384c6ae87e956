"""Problems of scans: one row for each cause, across all clients, kept in step with what fails."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet, Sum

from server.accounts.actor import Actor
from server.clients.models import Client
from server.notices.causes import CLIENTS, OURS, Cause, cause_of
from server.notices.completeness import measure
from server.notices.failing import failing
from server.notices.models import Affected, Problem

SAME_AGAIN: Final = timedelta(days=1)
SHOWN_AFTER_END: Final = timedelta(days=7)


def gather(at: datetime) -> int:
    """Bring the problems and each client's completeness in step with what fails; return how many problems are open."""
    found = failing(at)
    measure(at)
    standing = {one.cause: one for one in Problem.objects.filter(ended_at=None)}
    for key, clients in found.items():
        _keep(standing.pop(key, None), key, clients, at)
    Problem.objects.filter(pk__in=[one.pk for one in standing.values()], ended_at=None).update(ended_at=at)
    return len(found)


@transaction.atomic
def _keep(problem: Problem | None, key: str, clients: Mapping[int, int], at: datetime) -> None:
    """Open the problem if it is not, and note whom it affects; what did not change is not written."""
    cause = cause_of(key)
    problem = problem or _come_back(key, at)
    if problem is None:
        fresh = {"title": cause.title[:200], "acts": cause.acts, "began_at": at}
        problem, _new = Problem.objects.get_or_create(cause=key, ended_at=None, defaults=fresh)
    counts = {"devices_count": sum(clients.values()), "clients_count": len(clients)}
    Problem.objects.filter(pk=problem.pk).update(seen_at=at, **counts)
    known = {one.client_id: one for one in Affected.objects.filter(problem=problem)}
    new = [client for client in clients if client not in known]
    other = [known[client] for client, number in clients.items() if client in known and _differs(known[client], number)]
    Affected.objects.filter(problem=problem, client_id__in=known.keys() - clients.keys()).delete()
    Affected.objects.bulk_create(
        [Affected(problem=problem, client_id=one, devices_count=clients[one], since=at) for one in new],
        batch_size=500,
    )
    Affected.objects.bulk_update(other, ["devices_count"], batch_size=500)


def _come_back(key: str, at: datetime) -> Problem | None:
    """Return the problem of this cause that ended within a day: with its owner and note it is the same one."""
    ended = Problem.objects.filter(cause=key, ended_at__gt=at - SAME_AGAIN).order_by("-ended_at").first()
    if ended is None or not Problem.objects.filter(pk=ended.pk, ended_at=ended.ended_at).update(ended_at=None):
        return None
    return ended


def _differs(row: Affected, number: int) -> bool:
    """Return whether a row says another number; it says the new one from here on."""
    differs = row.devices_count != number
    row.devices_count = number
    return differs


@dataclass(frozen=True)
class Shown:
    """A problem as somebody sees it: what it affects in their scope."""

    problem: Problem
    cause: Cause
    devices_count: int
    clients_count: int
    since: datetime
    is_snoozed: bool


def seen_by(actor: Actor, at: datetime) -> QuerySet[Problem]:
    """Return the problems that affect clients in the actor's scope: those that are open, or ended within a week."""
    affected = Affected.objects.filter(client__in=Client.objects.seen_by(actor))
    recent = Q(ended_at=None) | Q(ended_at__gt=at - SHOWN_AFTER_END)
    return Problem.objects.filter(recent, pk__in=affected.values("problem"))


def filters(actor: Actor, now: datetime) -> dict[str, Q]:
    """Return what each filter of the list takes; '' is all that are open and not snoozed."""
    awake = Q(ended_at=None) & (Q(snoozed_until=None) | Q(snoozed_until__lte=now))
    return {
        "": awake,
        OURS: awake & Q(acts=OURS),
        CLIENTS: awake & Q(acts=CLIENTS),
        "mine": Q(ended_at=None, owner_id=actor.user_id),
        "snoozed": Q(ended_at=None, snoozed_until__gt=now),
        "ended": Q(ended_at__isnull=False),
    }


def counted(problems: QuerySet[Problem], actor: Actor) -> QuerySet[Problem]:
    """Return problems with what they affect in the actor's scope, most devices first."""
    mine = Q(affected__client__in=Client.objects.seen_by(actor))
    return problems.annotate(
        devices=Sum("affected__devices_count", filter=mine, default=0),
        clients=Count("affected", filter=mine),
        since=Min("affected__since", filter=mine),
    ).order_by("-devices", "-clients", "title", "pk")


def shown(problem: Problem, at: datetime) -> Shown:
    """Return a counted problem as somebody sees it."""
    told = vars(problem)
    snoozed = problem.snoozed_until is not None and problem.snoozed_until > at
    since = told["since"] or problem.began_at
    return Shown(problem, cause_of(problem.cause), told["devices"], told["clients"], since, snoozed)
