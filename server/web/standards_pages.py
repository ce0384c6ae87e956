"""Standards and clients against each other: one client's standards, one standard's clients, and both as CSV."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collectors.facts.cells import safe_cell
from collectors.facts.plain_text import plain_line
from rules.settings import AS_SHIPPED
from rules.standard import Standard
from rules.verdict import Reason, Word
from server.accounts.actor import Actor
from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.alignment.judging import settings_of
from server.alignment.models import ClientStandard
from server.clients.models import Client, ClientState
from server.standards.library import in_force
from server.web.client_page import client_seen
from server.web.counts import ORDER, Counts, count, shown_as, summed
from server.web.paging import page_of

NEED: Final = ("no", "unknown", "stale", "waived", "yes", "not applicable")
CSV_ROWS: Final = 20_000


@dataclass(frozen=True)
class StandardRow:
    """One standard at one client."""

    standard: Standard
    question: str
    shown: str
    text: str
    since: datetime | None


def client_standards(request: SignedIn, uid: str) -> HttpResponse:
    """Return all standards of the library at a client, those that need somebody first; three queries."""
    who = client_seen(request.actor, uid)
    rows = standards_of(who)
    section, chosen = request.GET.get("section", ""), request.GET.get("show", "")
    in_section = [row for row in rows if not section or row.standard.section == section]
    shown = [row for row in in_section if not chosen or row.shown == chosen]
    if request.GET.get("as") == "csv":
        request.actor.need(Right.EXPORT)
        head = (_("Section"), _("Standard"), _("Question"), _("Verdict"), _("Text"), _("Since"))
        lines = ((r.standard.section, r.standard.id, r.question, r.shown, r.text, _iso(r.since)) for r in shown)
        return _csv(f"{who.name} standards", head, lines)
    context = {
        "title": who.name,
        "client": who,
        "page": page_of(request, shown),
        "section": section,
        "counts": count((row.shown if row.shown in ORDER else "unknown", "") for row in in_section),
        "filters": _filters(in_section),
        "chosen": chosen,
    }
    return render(request, "web/client_standards.html", context)


def standards_of(who: Client) -> list[StandardRow]:
    """Return every standard of the library at a client; one that was never judged is unknown."""
    library, settings = in_force().library, settings_of(who.pk)
    told = {row.standard: row for row in ClientStandard.objects.filter(client=who)}
    rows = []
    for standard in library.standards:
        row = told.get(standard.id)
        rows.append(
            StandardRow(
                standard,
                standard.question_for(settings.values(standard)),
                shown_as(row.verdict, row.reason) if row else "unknown",
                row.text if row else _("not judged yet"),
                row.since if row else None,
            )
        )
    return sorted(rows, key=lambda row: NEED.index(row.shown) if row.shown in NEED else 0)


def _filters(rows: list[StandardRow]) -> list[tuple[str, int]]:
    told = [row.shown for row in rows]
    return [("", len(told)), *((verdict, told.count(verdict)) for verdict in ORDER if told.count(verdict))]


def matrix(request: SignedIn) -> HttpResponse:
    """Return, for each standard, how the clients in scope stand; one query for all of it."""
    section = request.GET.get("section", "")
    listed = over_clients(request.actor, section)
    if request.GET.get("as") == "csv":
        request.actor.need(Right.EXPORT)
        head = (_("Section"), _("Standard"), _("Question"), *(_("Yes"), _("No"), _("Not applicable"), _("Not known")))
        lines = ((s.section, s.id, _asked(s), c.yes, c.no, c.not_applicable, c.not_known) for s, c in listed)
        return _csv("standards over all clients", head, lines)
    clients_count = Client.objects.seen_by(request.actor).filter(state=ClientState.ACTIVE).count()
    page = page_of(request, listed)
    context = {
        "title": _("Matrix"),
        "heading": ngettext("%(n)d client against the library", "%(n)d clients against the library", clients_count)
        % {"n": clients_count},
        "page": page,
        "rows": [(standard, _asked(standard), counts) for standard, counts in page],
        "sections": list(dict.fromkeys(one.section for one in in_force().library.standards)),
        "section": section,
    }
    return render(request, "web/matrix.html", context)


def over_clients(actor: Actor, section: str = "") -> list[tuple[Standard, Counts]]:
    """Return for each standard how the clients in scope stand, those with most Nos first; one query."""
    library = in_force().library
    seen = Client.objects.seen_by(actor).filter(state=ClientState.ACTIVE)
    told: dict[str, list[tuple[str, str, int]]] = {}
    rows = (
        ClientStandard.objects.filter(client__in=seen)
        .values("standard", "verdict", "reason")
        .annotate(n=Count("pk"))
        .order_by()
        .values_list("standard", "verdict", "reason", "n")
    )
    for standard, verdict, reason, number in rows:
        told.setdefault(standard, []).append((verdict, reason, number))
    listed = [(one, summed(told.get(one.id, ()))) for one in library.standards if section in {"", one.section}]
    listed.sort(key=lambda pair: (-pair[1].no, -pair[1].not_known))
    return listed


def matrix_standard(request: SignedIn, standard_id: str) -> HttpResponse:
    """Return how one standard stands at every client in scope, fifty at a time."""
    standard = in_force().library.by_id.get(standard_id)
    if standard is None:
        raise Http404("there is no such standard")
    seen = ClientStandard.objects.filter(
        standard=standard_id, client__in=Client.objects.seen_by(request.actor).filter(state=ClientState.ACTIVE)
    )
    counts = summed(seen.values_list("verdict", "reason").annotate(n=Count("pk")).order_by())
    chosen = request.GET.get("show", "")
    shown = seen.filter(_shown_as(chosen)) if chosen else seen
    ordered = shown.select_related("client").order_by("verdict", "-since", "client__name")
    if request.GET.get("as") == "csv":
        request.actor.need(Right.EXPORT)
        lines = ((r.client.name, r.verdict, r.reason, r.text, _iso(r.since)) for r in ordered[:CSV_ROWS])
        return _csv(standard_id, (_("Client"), _("Verdict"), _("Reason"), _("Text"), _("Since")), lines)
    page = page_of(request, ordered)
    context = {
        "title": standard_id,
        "standard": standard,
        "question": _asked(standard),
        "counts": counts,
        "page": page,
        "rows": [(row, shown_as(row.verdict, row.reason)) for row in page],
        "chosen": chosen,
        "filters": [
            ("", counts.total),
            *((verdict, n) for verdict, n in counts.by_verdict if n),
        ],
    }
    return render(request, "web/matrix_standard.html", context)


def _shown_as(mark: str) -> Q:
    """Return which rows are shown under a mark (`server.web.counts.shown_as`)."""
    is_stale = Q(verdict=Word.UNKNOWN, reason=Reason.STALE)
    return is_stale if mark == "stale" else Q(verdict=mark) & ~is_stale


def _asked(standard: Standard) -> str:
    return standard.question_for(AS_SHIPPED.values(standard))


def _iso(at: datetime | None) -> str:
    return "" if at is None else at.isoformat(timespec="seconds")


def _csv(name: str, head: Iterable[str], lines: Iterable[Iterable[object]]) -> HttpResponse:
    """Return a CSV file; no cell is taken for a formula, whatever a device or person put into it."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    file = plain_line(name, 80).replace('"', "").replace("/", "-")
    response.headers["Content-Disposition"] = f'attachment; filename="{file.encode("ascii", "replace").decode()}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response, quoting=csv.QUOTE_ALL)
    writer.writerow([safe_cell(one) for one in head])
    writer.writerows([one if isinstance(one, int) else safe_cell(str(one)) for one in line] for line in lines)
    return response
