"""Scan health: what keeps devices from being read, by cause, with who looks after it; and how complete clients are."""

from datetime import date
from typing import Annotated, Literal

from django.db.models import F
from django.utils import timezone
from ninja import Router
from pydantic import AwareDatetime, Field

from server.accounts.models import User
from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.api.operations import operation
from server.api.said_no import Wrong
from server.api.shapes import Limit, Moment, Paged, PageNumber, Shown, Told, Uid, UidIn, rows_of
from server.clients.models import Client
from server.notices import completeness
from server.notices.actions import problem as actions
from server.notices.causes import cause_of
from server.notices.failing import accesses_of, agents_of
from server.notices.models import Affected, Problem
from server.notices.problems import counted, filters, seen_by, shown

router = Router(tags=["scan health"])
SEE, EDIT = Right.SEE_HEALTH, Right.EDIT_HEALTH
ROWS_COUNT = 500


class ProblemShown(Shown):
    """A cause of failed scans, with what it affects in your scope."""

    uid: str
    title: str
    cause: str
    acts: str
    who: str
    owner: str
    note: str
    snoozed_until: AwareDatetime | None
    since: AwareDatetime
    ended_at: AwareDatetime | None
    devices_count: int
    clients_count: int


class AffectedClient(Shown):
    """A client that a problem affects."""

    client: str
    devices_count: int
    since: AwareDatetime


class ProblemWhole(Shown):
    """A problem with its clients, and the accesses or agents themselves; at most 500 of each."""

    problem: ProblemShown
    clients: list[AffectedClient]
    accesses: list[str]
    agents: list[str]


class GiveTold(Told):
    """Who looks after it; nobody when it is left out."""

    to: UidIn | None = None


class SnoozeTold(Told):
    """Until when it is out of the list, within 90 days."""

    until: Moment


class NoteTold(Told):
    """An internal note; an empty one takes it away."""

    text: Annotated[str, Field(max_length=actions.NOTE_LENGTH, pattern=r"^[^\x00]*$")]


class CompletenessShown(Shown):
    """How many of a client's devices were read within seven days."""

    client: str
    devices_count: int
    read_count: int
    permille: int | None
    complete_on: date | None


@operation(router, "GET", "/problems", "api_problems", SEE, Paged[ProblemShown])
def problems(
    request: SignedIn,
    show: Literal["", "we", "client", "mine", "snoozed", "ended"] = "",
    page: PageNumber = 1,
    limit: Limit = 50,
) -> Paged[ProblemShown]:
    """Return the problems in scope, most devices first; without `show` those that are open and not snoozed."""
    now, actor = timezone.now(), request.actor
    listed = counted(seen_by(actor, now).filter(filters(actor, now)[show]), actor).select_related("owner")
    rows, count = rows_of(listed, page, limit)
    return Paged(items=[_shown(one) for one in rows], count=count, page=page, limit=limit)


@operation(router, "GET", "/problems/{uid}", "api_problem", SEE, ProblemWhole)
def problem(request: SignedIn, uid: Uid) -> ProblemWhole:
    """Return a problem with whom it affects."""
    now, actor = timezone.now(), request.actor
    one = actions.problem_for(actor, uid)
    seen, cause = Client.objects.seen_by(actor), cause_of(one.cause)
    affected = Affected.objects.filter(problem=one, client__in=seen).select_related("client")
    accesses: list[str] = []
    agents: list[str] = []
    if one.ended_at is None and cause.standing:
        agents = list(agents_of(cause, seen, now).order_by("pk").values_list("uid", flat=True)[:ROWS_COUNT])
    elif one.ended_at is None:
        accesses = list(accesses_of(cause, seen, now).order_by("pk").values_list("uid", flat=True)[:ROWS_COUNT])
    return ProblemWhole(
        problem=_told(request, uid),
        clients=[
            AffectedClient(client=row.client.uid, devices_count=row.devices_count, since=row.since)
            for row in affected.order_by("-devices_count", "client__name")[:ROWS_COUNT]
        ],
        accesses=accesses,
        agents=agents,
    )


@operation(router, "POST", "/problems/{uid}/take", "api_problem_take", EDIT, ProblemShown)
def take(request: SignedIn, uid: Uid) -> ProblemShown:
    """Take a problem that nobody has."""
    actions.take(request.actor, uid)
    return _told(request, uid)


@operation(router, "POST", "/problems/{uid}/give", "api_problem_give", EDIT, ProblemShown)
def give(request: SignedIn, uid: Uid, told: GiveTold) -> ProblemShown:
    """Give a problem to somebody who may look after it, or to nobody."""
    to = User.objects.filter(uid=told.to).first() if told.to else None
    if told.to and to is None:
        raise Wrong("to: there is no such person")
    actions.give(request.actor, uid, to)
    return _told(request, uid)


@operation(router, "POST", "/problems/{uid}/snooze", "api_problem_snooze", EDIT, ProblemShown)
def snooze(request: SignedIn, uid: Uid, told: SnoozeTold) -> ProblemShown:
    """Hide a problem from the list for a while; it still ends by itself."""
    actions.snooze(request.actor, uid, told.until)
    return _told(request, uid)


@operation(router, "POST", "/problems/{uid}/wake", "api_problem_wake", EDIT, ProblemShown)
def wake(request: SignedIn, uid: Uid) -> ProblemShown:
    """Show a snoozed problem again."""
    actions.wake(request.actor, uid)
    return _told(request, uid)


@operation(router, "POST", "/problems/{uid}/note", "api_problem_note", EDIT, ProblemShown)
def note(request: SignedIn, uid: Uid, told: NoteTold) -> ProblemShown:
    """Keep a note at a problem."""
    actions.note(request.actor, uid, told.text)
    return _told(request, uid)


@operation(router, "GET", "/completeness", "api_completeness", SEE, Paged[CompletenessShown])
def complete(
    request: SignedIn, show: Literal["", "below", "overdue"] = "", page: PageNumber = 1, limit: Limit = 50
) -> Paged[CompletenessShown]:
    """Return how complete the clients in scope are read, the least first: all, below 95 %, or none in 30 days."""
    seen = completeness.seen_by(request.actor)
    wanted = {
        "": seen,
        "below": completeness.below(seen),
        "overdue": completeness.overdue(seen, timezone.localdate()),
    }[show]
    ordered = wanted.select_related("client").order_by(F("permille").asc(nulls_last=True), "client__name")
    rows, count = rows_of(ordered, page, limit)
    items = [
        CompletenessShown(
            client=row.client.uid, devices_count=row.devices_count, read_count=row.read_count, permille=row.permille,
            complete_on=row.complete_on,
        )
        for row in rows
    ]  # fmt: skip
    return Paged(items=items, count=count, page=page, limit=limit)


def _told(request: SignedIn, uid: str) -> ProblemShown:
    seen = seen_by(request.actor, timezone.now()).filter(uid=uid)
    return _shown(counted(seen, request.actor).select_related("owner")[0])


def _shown(one: Problem) -> ProblemShown:
    row = shown(one, timezone.now())
    return ProblemShown(
        uid=one.uid, title=row.cause.title, cause=one.cause, acts=one.acts, who=row.cause.who,
        owner=one.owner.name if one.owner else "", note=one.note, snoozed_until=one.snoozed_until, since=row.since,
        ended_at=one.ended_at, devices_count=row.devices_count, clients_count=row.clients_count,
    )  # fmt: skip
