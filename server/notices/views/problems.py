"""Scan health: what keeps devices from being read, grouped across clients by cause, and one such problem."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.accounts.actor import Actor
from server.accounts.models import User
from server.accounts.routes import SignedIn
from server.clients.actions.client import Refused
from server.clients.models import Client
from server.notices import completeness
from server.notices.actions import problem as actions
from server.notices.causes import CLIENTS, OURS, cause_of
from server.notices.failing import accesses_of, agents_of
from server.notices.forms import SnoozeForm
from server.notices.models import Affected, Problem
from server.notices.problems import counted, filters, seen_by, shown

ROWS_COUNT: Final = 50
WORST_COUNT: Final = 6
FILTERS: Final = ("", OURS, CLIENTS, "mine", "snoozed", "ended")


def problems(request: SignedIn) -> HttpResponse:
    """Return the problems in the actor's scope, most devices first; the number of queries is always the same."""
    now, actor = timezone.now(), request.actor
    seen, wanted = seen_by(actor, now), filters(actor, now)
    chosen = request.GET.get("show", "")
    counts = seen.aggregate(**{name or "all": Count("pk", filter=one) for name, one in wanted.items()})
    listed = counted(seen.filter(wanted.get(chosen, wanted[""])), actor).select_related("owner")
    page = Paginator(listed, ROWS_COUNT).get_page(request.GET.get("page"))
    words = {
        "": _("All"), OURS: _("Ours"), CLIENTS: _("Client"), "mine": _("Mine"), "snoozed": _("Snoozed"),
        "ended": _("Ended"),
    }  # fmt: skip
    context = {
        "title": _("Scan health"),
        "heading": _heading(counts["all"], counts["snoozed"]),
        "page": page,
        "rows": [shown(one, now) for one in page],
        "filters": [(name, words[name], counts[name or "all"]) for name in FILTERS],
        "chosen": chosen,
        **_completeness(actor),
    }
    return render(request, "notices/problems.html", context)


def _heading(count: int, snoozed: int) -> str:
    if count:
        return ngettext(
            "%(n)d problem keeps devices from being read", "%(n)d problems keep devices from being read", count
        ) % {"n": count}
    if snoozed:
        return _("Nothing but what is snoozed keeps devices from being read")
    return _("Nothing keeps devices from being read")


def _completeness(actor: Actor) -> dict[str, object]:
    """Return the figures above the list, and the clients that are read the least; three queries."""
    rows, today = completeness.seen_by(actor), timezone.localdate()
    return {
        "devices": rows.aggregate(all=Sum("devices_count", default=0), read=Sum("read_count", default=0)),
        "below_count": completeness.below(rows).count(),
        "overdue_count": completeness.overdue(rows, today).count(),
        "worst": list(
            completeness.below(rows).select_related("client").order_by("permille", "client__name")[:WORST_COUNT]
        ),
        "target_percent": completeness.TARGET_PERMILLE // 10,
    }


def problem(request: SignedIn, uid: str) -> HttpResponse:
    """Return one problem: whom it affects, at most fifty rows of each at a time, and what people do about it."""
    now, actor = timezone.now(), request.actor
    one = actions.problem_for(actor, uid)
    row = shown(counted(seen_by(actor, now).filter(pk=one.pk), actor).select_related("owner")[0], now)
    cause, clients = cause_of(one.cause), Client.objects.seen_by(actor)
    affected = Affected.objects.filter(problem=one, client__in=clients).select_related("client")
    context = {
        "title": cause.title,
        "row": row,
        "clients": list(affected.order_by("-devices_count", "client__name")[:ROWS_COUNT]),
        "people": actions.who_may_own(),
        "snooze_form": SnoozeForm(initial={"until": timezone.localdate() + timedelta(days=7)}),
        **_one_by_one(request, one),
    }
    return render(request, "notices/problem.html", context)


def _one_by_one(request: SignedIn, one: Problem) -> dict[str, object]:
    """Return the devices or agents of an open problem, fifty at a time."""
    if one.ended_at is not None:
        return {}
    now, clients, cause = timezone.now(), Client.objects.seen_by(request.actor), cause_of(one.cause)
    if cause.standing:
        agents = agents_of(cause, clients, now).select_related("site__client").order_by("seen_at", "name")
        return {"agents": Paginator(agents, ROWS_COUNT).get_page(request.GET.get("page"))}
    accesses = accesses_of(cause, clients, now).select_related("device__client", "device__site")
    ordered = accesses.order_by("device__client__name", "device__name", "pk")
    return {"accesses": Paginator(ordered, ROWS_COUNT).get_page(request.GET.get("page"))}


def take(request: SignedIn, uid: str) -> HttpResponse:
    """Take a problem."""
    return _done(request, uid, lambda: actions.take(request.actor, uid), _("It is yours now."))


def give(request: SignedIn, uid: str) -> HttpResponse:
    """Give a problem to somebody, or to nobody."""
    actions.problem_for(request.actor, uid)
    told = request.POST.get("to", "")
    to = User.objects.filter(uid=told).first() if told else None
    if told and to is None:
        messages.error(request, _("There is no such person."))
        return redirect("problem", uid)
    says = _("%(name)s looks after it now.") % {"name": to} if to else _("Nobody looks after it now.")
    return _done(request, uid, lambda: actions.give(request.actor, uid, to), says)


def snooze(request: SignedIn, uid: str) -> HttpResponse:
    """Snooze a problem until the morning of a day, or wake it."""
    if "wake" in request.POST:
        return _done(request, uid, lambda: actions.wake(request.actor, uid), _("It stands in the list again."))
    actions.problem_for(request.actor, uid)
    form = SnoozeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a day within the next 90 days."))
        return redirect("problem", uid)
    day = form.cleaned_data["until"]
    until = timezone.make_aware(datetime.combine(day, time(0, 0)))
    says = _("It is out of the list until %(day)s.") % {"day": day}
    return _done(request, uid, lambda: actions.snooze(request.actor, uid, until), says)


def note(request: SignedIn, uid: str) -> HttpResponse:
    """Keep a note at a problem."""
    text = request.POST.get("note", "")
    return _done(request, uid, lambda: actions.note(request.actor, uid, text), _("Saved."))


def _done(request: SignedIn, uid: str, action: Callable[[], object], says: str) -> HttpResponse:
    """Do it, say so, and go back; what is refused is said too, and nothing changes."""
    try:
        action()
        messages.success(request, says)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("problems") if request.POST.get("back") == "list" else redirect("problem", uid)
