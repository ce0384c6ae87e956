"""Pages of scan plans, their exceptions, and blackouts."""

import hashlib

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from server.accounts.actor import Forbidden
from server.accounts.routes import SignedIn
from server.clients.models import Client
from server.scans import overview
from server.scans.actions import planning
from server.scans.choices import in_words
from server.scans.forms import BlackoutForm, PlanForm, WhereForm, initial_of, take_errors
from server.scans.models import PlanException, ScanPlan, Slot
from server.scans.preview import preview_of

ROWS_COUNT = 50


def plan_new(request: SignedIn) -> HttpResponse:
    """Make a plan: first what it would do is shown, then it is saved."""
    return _plan_form(request, None)


def plan(request: SignedIn, uid: str) -> HttpResponse:
    """Return a plan: where it applies, when it runs next, who is left out, and what it did last."""
    one = get_object_or_404(ScanPlan.objects.prefetch_related("tags"), uid=uid)
    clients = Client.objects.seen_by(request.actor)
    rows = one.next_scans.filter(site__client__in=clients).select_related("site__client").order_by("due_at", "pk")
    slots = Slot.objects.filter(plan=one, site__client__in=clients).select_related("site__client").order_by("-due_at")
    context = {
        "title": one.name,
        "plan": one,
        "says": in_words(one.rule),
        "page": Paginator(rows, ROWS_COUNT).get_page(request.GET.get("page")),
        "exceptions": list(one.exceptions.filter(client__in=clients).select_related("client", "site")),
        "slots": list(slots[:10]),
        "where": WhereForm(request.actor),
        "all_in_scope": request.actor.all_clients,
    }
    return render(request, "scans/plan.html", context)


def plan_edit(request: SignedIn, uid: str) -> HttpResponse:
    """Change a plan: first what it would do is shown, then it is saved."""
    return _plan_form(request, get_object_or_404(ScanPlan, uid=uid))


def _plan_form(request: SignedIn, one: ScanPlan | None) -> HttpResponse:
    if not request.actor.all_clients:
        raise Forbidden(_("plans reach all clients: this needs all clients in scope"))
    form = PlanForm(request.POST if request.method == "POST" else None, initial=initial_of(one))
    shown = None
    seal = ""
    if request.method == "POST" and form.is_valid():
        told = form.told()
        seal = hashlib.sha256(repr(told).encode()).hexdigest()[:16]
        if request.POST.get("seen") == seal and "save" in request.POST:
            try:
                saved = _save(request, one, told)
            except ValidationError as error:
                take_errors(form, error)
            else:
                messages.success(request, _("%(name)s is saved.") % {"name": saved.name})
                return redirect("scan_plan", saved.uid)
        else:
            shown = preview_of(told, told.rule, one, timezone.now())
    context = {
        "title": one.name if one else _("New scan plan"),
        "plan": one,
        "form": form,
        "preview": shown,
        "seal": seal,
        "in_words": in_words(form.cleaned_data["parsed"]) if shown else "",
    }
    return render(request, "scans/plan_form.html", context)


def _save(request: SignedIn, one: ScanPlan | None, told: planning.PlanTold) -> ScanPlan:
    if one is None:
        return planning.make_plan(request.actor, told)
    planning.change_plan(request.actor, one, told)
    return one


def plan_remove(request: SignedIn, uid: str) -> HttpResponse:
    """Remove a plan."""
    one = get_object_or_404(ScanPlan, uid=uid)
    planning.remove_plan(request.actor, one)
    messages.success(request, _("%(name)s is removed. What it has read stays.") % {"name": one.name})
    return redirect("scans")


def plan_except(request: SignedIn, uid: str) -> HttpResponse:
    """Leave a client or site out of a plan, or take it in."""
    one = get_object_or_404(ScanPlan, uid=uid)
    form = WhereForm(request.actor, request.POST)
    if form.is_valid():
        told = form.cleaned_data
        takes_in = request.POST.get("takes_in") == "1"
        planning.except_from_plan(request.actor, one, told["client"], told["site"], told["why"], takes_in=takes_in)
        messages.success(request, _("The exception is saved."))
    else:
        messages.warning(request, _("Nothing was changed: choose a client, a site of it, and say why."))
    return redirect("scan_plan", one.uid)


def exception_end(request: SignedIn, uid: str) -> HttpResponse:
    """End an exception."""
    seen = PlanException.objects.filter(client__in=Client.objects.seen_by(request.actor))
    one = get_object_or_404(seen.select_related("plan", "client"), uid=uid)
    planning.end_exception(request.actor, one)
    messages.success(request, _("The plan applies to %(client)s as its tags say.") % {"client": one.client.name})
    return redirect("scan_plan", one.plan.uid)


def blackouts(request: SignedIn) -> HttpResponse:
    """Return the blackouts that have not ended, and make one."""
    form = BlackoutForm(request.actor, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            planning.black_out(
                request.actor, told["client"], told["site"], told["begins_at"], told["ends_at"], told["why"]
            )
        except ValidationError as error:
            take_errors(form, error)
        else:
            messages.success(request, _("The blackout is saved. Planned scans wait or are left out."))
            return redirect("scan_blackouts")
    now = timezone.now()
    rows = overview.blackouts(request.actor, now)
    context = {
        "title": _("Blackouts"),
        "form": form,
        "page": Paginator(rows, ROWS_COUNT).get_page(request.GET.get("page")),
        "now": now,
        "zone": timezone.get_current_timezone_name(),
        "all_in_scope": request.actor.all_clients,
    }
    return render(request, "scans/blackouts.html", context)


def blackout_end(request: SignedIn, uid: str) -> HttpResponse:
    """End a blackout."""
    seen = overview.blackouts(request.actor, timezone.now())
    planning.end_blackout(request.actor, get_object_or_404(seen, uid=uid))
    messages.success(request, _("The blackout has ended. What waited begins within a minute."))
    return redirect("scan_blackouts")
