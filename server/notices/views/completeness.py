"""How complete each client is read, and the list that the boss asks for: no complete scan within thirty days."""

import csv
from typing import Final

from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collectors.facts.cells import safe_cell
from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.notices import completeness
from server.notices.models import Completeness

ROWS_COUNT: Final = 50


def clients(request: SignedIn) -> HttpResponse:
    """Return the clients in scope, the least complete first, fifty at a time or all as CSV."""
    seen, today = completeness.seen_by(request.actor), timezone.localdate()
    wanted = {"": seen, "below": completeness.below(seen), "overdue": completeness.overdue(seen, today)}
    chosen = request.GET.get("show", "")
    rows = (
        wanted.get(chosen, seen).select_related("client").order_by(F("permille").asc(nulls_last=True), "client__name")
    )
    if request.GET.get("as") == "csv":
        request.actor.need(Right.EXPORT)
        return _csv(rows, f"completeness {chosen} {today}".replace("  ", " "))
    counts = {name: one.count() for name, one in wanted.items()}
    words = {"": _("All"), "below": _("Below %(n)d %%") % {"n": completeness.TARGET_PERMILLE // 10}}
    words["overdue"] = _("No complete scan in 30 days")
    context = {
        "title": _("Completeness"),
        "heading": _heading(counts["overdue"], counts["below"]),
        "page": Paginator(rows, ROWS_COUNT).get_page(request.GET.get("page")),
        "filters": [(name, words[name], counts[name]) for name in wanted],
        "chosen": chosen,
        "target_percent": completeness.TARGET_PERMILLE // 10,
        "target_permille": completeness.TARGET_PERMILLE,
    }
    return render(request, "notices/completeness.html", context)


def _heading(overdue: int, below: int) -> str:
    if overdue:
        return ngettext(
            "%(n)d client had no complete scan in 30 days", "%(n)d clients had no complete scan in 30 days", overdue
        ) % {"n": overdue}
    if below:
        return ngettext("%(n)d client is below the target", "%(n)d clients are below the target", below) % {"n": below}
    return _("Every client is read completely")


def _csv(rows: QuerySet[Completeness], name: str) -> HttpResponse:
    """Return a CSV file; no cell is taken for a formula."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response, quoting=csv.QUOTE_ALL)
    head = (
        _("Client"),
        _("Devices in use"),
        _("Read in 7 days"),
        _("Percent"),
        _("Last complete"),
        _("Looked at since"),
    )
    writer.writerow([safe_cell(one) for one in head])
    for row in rows.iterator(chunk_size=500):
        percent = "" if row.permille is None else f"{row.permille / 10:.1f}"
        days = (str(row.complete_on or ""), str(row.since_on))
        writer.writerow([safe_cell(row.client.name), row.devices_count, row.read_count, percent, *days])
    return response
