"""The page of scans, and the list of what failed."""

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.accounts.routes import SignedIn
from server.scans import overview
from server.scans.chart import chart_of
from server.scans.reasons import reason_of

ROWS_COUNT = 50


def scans(request: SignedIn) -> HttpResponse:
    """Return how scanning goes; the number of queries does not depend on how much there is."""
    now = timezone.now()
    hours = overview.hours(request.actor, now)
    plans = overview.plan_rows(request.actor)
    told = overview.outcomes(request.actor, now)
    causes = overview.causes(request.actor, now)
    devices_count = overview.failed_jobs(request.actor, now).aggregate(n=Count("device", distinct=True))["n"]
    context = {
        "title": _("Scans"),
        "devices_count": devices_count,
        "heading": _heading(told, devices_count, plans),
        "told": told,
        "chart": chart_of(hours, now),
        "hours": hours,
        "plans": plans,
        "causes": causes,
        "runs": overview.open_runs(request.actor),
        "blackouts": list(overview.blackouts(request.actor, now)[:5]),
        "now": now,
    }
    return render(request, "scans/scans.html", context)


def _heading(told: overview.Outcomes, devices: int, plans: list[overview.PlanRow]) -> str:
    """Return the news: what failed, else what runs, else what was read."""
    if devices:
        return ngettext(
            "%(n)d device was not read in the last 24 hours",
            "%(n)d devices were not read in the last 24 hours",
            devices,
        ) % {"n": devices}
    if told.open:
        return ngettext("%(n)d scan is under way", "%(n)d scans are under way", told.open) % {"n": told.open}
    if told.done:
        return ngettext(
            "%(n)d scan in the last 24 hours, none failed", "%(n)d scans in the last 24 hours, none failed", told.done
        ) % {"n": told.done}
    if any(one.next_at for one in plans):
        return _("Nothing was scanned yet; the plans are in place")
    return _("No scan is planned")


def failures(request: SignedIn) -> HttpResponse:
    """Return what failed within a day, fifty at a time, of one cause or of all."""
    now = timezone.now()
    reason, transport = request.GET.get("reason", ""), request.GET.get("transport", "")
    rows = overview.failed_jobs(request.actor, now)
    if reason:
        rows = rows.filter(reason=reason)
    if transport:
        rows = rows.filter(access__transport=transport)
    rows = rows.select_related("device", "site__client", "access").order_by("-ended_at", "-pk")
    page = Paginator(rows, ROWS_COUNT).get_page(request.GET.get("page"))
    count = page.paginator.count
    title = ngettext("%(n)d scan failed in the last 24 hours", "%(n)d scans failed in the last 24 hours", count)
    words = reason_of(reason) if reason else None
    context = {
        "title": title % {"n": count},
        "page": page,
        "rows": [(one, reason_of(one.reason)) for one in page],
        "words": words,
        "transport": transport,
        "causes": overview.causes(request.actor, now),
        "reason": reason,
    }
    return render(request, "scans/failures.html", context)
