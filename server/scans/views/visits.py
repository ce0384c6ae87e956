"""Pages of visits: those to come, one with what the scan before it did not read, and the form."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.accounts.routes import SignedIn, posted
from server.clients.actions.client import Refused
from server.clients.models import Client
from server.scans.actions import visiting
from server.scans.forms import VisitForm, take_errors
from server.scans.models import SlotState, Visit
from server.scans.reasons import reason_of
from server.scans.visits import missed, steps_of, times_of, visits_seen

ROWS_COUNT = 50
SHOWS = ("coming", "past", "cancelled")


def visits(request: SignedIn) -> HttpResponse:
    """Return the visits in scope, fifty at a time: those to come by day, or those of before."""
    now = timezone.now()
    chosen = request.GET.get("show", "coming")
    chosen = chosen if chosen in SHOWS else "coming"
    words = {"coming": _("To come"), "past": _("Past"), "cancelled": _("Cancelled")}
    counts = {show: visits_seen(request.actor, show, now).count() for show in SHOWS}
    page = Paginator(visits_seen(request.actor, chosen, now), ROWS_COUNT).get_page(request.GET.get("page"))
    coming = counts["coming"]
    context = {
        "title": _("Visits"),
        "heading": ngettext("%(n)d visit to come", "%(n)d visits to come", coming) % {"n": coming}
        if coming
        else _("No visit is planned"),
        "page": page,
        "rows": [(one, times_of(one)) for one in page],
        "filters": [(show, words[show], counts[show]) for show in SHOWS],
        "chosen": chosen,
    }
    return render(request, "scans/visits.html", context)


def visit(request: SignedIn, uid: str) -> HttpResponse:
    """Return a visit: when it is read before, and what was not."""
    one, now = _seen(request, uid), timezone.now()
    times, slots = times_of(one), steps_of(one)
    rows = list(missed(one.site, times, now)[: ROWS_COUNT + 1]) if slots else []
    reading = any(slot.state == SlotState.OPEN for slot in slots.values())
    context = {
        "title": str(one),
        "heading": _heading(one, len({row.device_id for row in rows}), begun=bool(slots), reading=reading),
        "visit": one,
        "times": times,
        "steps": sorted(slots.values(), key=lambda slot: slot.due_at),
        "rows": [(row, reason_of(row.last_reason) if row.last_state else None) for row in rows[:ROWS_COUNT]],
        "more": len(rows) > ROWS_COUNT,
        "reading": reading,
        "to_come": one.cancelled_at is None and times.begins_at > now,
    }
    return render(request, "scans/visit.html", context)


def _heading(one: Visit, count: int, *, begun: bool, reading: bool) -> str:
    named = {"site": one.site.name, "n": count}
    if one.cancelled_at is not None:
        return _("The visit to %(site)s is cancelled") % named
    if not begun:
        return _("%(site)s is not read for this visit yet") % named
    if reading:
        return _("%(site)s is being read for this visit") % named
    if not count:
        return _("%(site)s was read before this visit") % named
    says = ngettext("%(n)d device of %(site)s was not read", "%(n)d devices of %(site)s were not read", count)
    return says % named


def visit_new(request: SignedIn, uid: str) -> HttpResponse:
    """Show the form of a new visit to a site of a client, or plan it."""
    client = get_object_or_404(Client.objects.seen_by(request.actor), uid=uid)
    if not client.sites.filter(retired_at=None).exists():
        messages.info(request, _("A visit goes to a site: add one first."))
        return redirect("client_plans", uid)
    form = VisitForm(client, posted(request))

    def save() -> Visit:
        return visiting.plan_visit(request.actor, form.cleaned_data["site"], form.told())

    return _form(request, client, form, None, save)


def visit_edit(request: SignedIn, uid: str) -> HttpResponse:
    """Show the form of a visit, or change it."""
    one = _seen(request, uid)
    initial = {"day": one.day, "begins": one.begins, "note": one.note}
    form = VisitForm(one.site.client, posted(request), visit=one, initial=initial)

    def save() -> Visit:
        visiting.change_visit(request.actor, one, form.told())
        return one

    return _form(request, one.site.client, form, one, save)


def visit_cancel(request: SignedIn, uid: str) -> HttpResponse:
    """Cancel a visit."""
    try:
        visiting.cancel_visit(request.actor, _seen(request, uid))
        messages.success(request, _("The visit is cancelled; nothing is read for it."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("visit", uid)


def _form(
    request: SignedIn, client: Client, form: VisitForm, one: Visit | None, save: Callable[[], Visit]
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            saved = save()
        except ValidationError as error:
            take_errors(form, error)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The visit is saved. The site is read by itself before it."))
            return redirect("visit", saved.uid)
    context = {"title": str(one) if one else _("New visit"), "client": client, "visit": one, "form": form}
    return render(request, "scans/visit_form.html", context)


def _seen(request: SignedIn, uid: str) -> Visit:
    return get_object_or_404(visits_seen(request.actor, "", timezone.now()).prefetch_related("slots"), uid=uid)
