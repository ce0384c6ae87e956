"""A client's overview: what is measured by section, what changed, how it is read, and its devices."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, F, Max, QuerySet, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import ngettext

from rules.loader import Library
from server.accounts.actor import Actor
from server.accounts.routes import SignedIn
from server.agents.models import Agent, AgentState
from server.alignment.models import ClientStandard, VerdictChange, WeeklySummary
from server.clients.models import Client, Device, DeviceState, Site
from server.readings.feed import beside_device, sentence
from server.readings.models import FeedEntry
from server.scans.models import ScanJob
from server.standards.library import in_force
from server.web.counts import Counts, count
from server.web.trend import Trend, trend_of

CHANGES_COUNT = 8
DEVICES_COUNT = 12
AGENTS_COUNT = 12
PRIORITIES = ("critical", "high", "medium", "low")


@dataclass(frozen=True)
class SectionRow:
    """A section of the library at this client."""

    name: str
    counts: Counts


@dataclass(frozen=True)
class Change:
    """Something that changed at the client: a verdict, or a fact worth telling."""

    at: datetime
    verdict: str
    title: str
    text: str
    url: str


def client_seen(actor: Actor, uid: str) -> Client:
    """Return a client in the actor's scope; raises Http404."""
    return get_object_or_404(Client.objects.seen_by(actor), uid=uid)


def client(request: SignedIn, uid: str) -> HttpResponse:
    """Return the overview; the number of queries does not depend on how much the client has."""
    who = client_seen(request.actor, uid)
    library = in_force().library
    rows = list(ClientStandard.objects.filter(client=who).values_list("standard", "verdict", "reason"))
    devices = list(
        Device.objects.filter(client=who, state=DeviceState.IN_USE)
        .select_related("site", "verdicts")
        .order_by(F("verdicts__no").desc(nulls_last=True), F("verdicts__unknown").desc(nulls_last=True), "name")[
            :DEVICES_COUNT
        ]
    )
    in_use = Device.objects.filter(client=who, state=DeviceState.IN_USE)
    devices_count = in_use.count()
    sites = list(Site.objects.filter(client=who, retired_at=None).order_by("name"))
    agents = list(_agents(who)[: AGENTS_COUNT + 1])
    total = count((verdict, reason) for _standard, verdict, reason in rows)
    context = {
        "title": who.name,
        "client": who,
        "says": _says(sites, devices_count, total),
        "total": total,
        "sections": sections_of(rows, library),
        "trend": _trend(who),
        "changes": changes_of(who, library, CHANGES_COUNT),
        "devices": devices,
        "devices_count": devices_count,
        "agents": agents[:AGENTS_COUNT],
        "more_agents": len(agents) > AGENTS_COUNT,
        "sites": sites,
        "read_at": in_use.aggregate(at=Max("read_at"))["at"],
        "open_jobs": ScanJob.objects.filter(site__client=who, state__in=["queued", "leased"]).count(),
    }
    return render(request, "web/client.html", context)


def _agents(who: Client) -> QuerySet[Agent]:
    """Return the agents at a client's sites: those that wait for a person, then those silent longest."""
    there = Agent.objects.filter(site__client=who).exclude(state=AgentState.REVOKED).select_related("site")
    approved = Case(When(state=AgentState.APPROVED, then=1), default=0)
    return there.order_by(approved, F("seen_at").asc(nulls_first=True), "site__name", "pk")


def sections_of(rows: list[tuple[str, str, str]], library: Library) -> list[SectionRow]:
    """Return the sections in the library's order, each with its counts; those without a standard are left out."""
    told: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for standard, verdict, reason in rows:
        known = library.by_id.get(standard)
        if known is not None:
            told[known.section].append((verdict, reason))
    order = dict.fromkeys(one.section for one in library.standards)
    return [SectionRow(name, count(told[name])) for name in order if name in told]


def changes_of(who: Client, library: Library, at_most_count: int, before: datetime | None = None) -> list[Change]:
    """Return what changed last at a client, newest first: two queries."""
    verdicts = VerdictChange.objects.filter(client=who).select_related("device").order_by("-at")
    feed = FeedEntry.objects.filter(client=who, personal=False).select_related("device").order_by("-at")
    if before is not None:
        verdicts, feed = verdicts.filter(at__lt=before), feed.filter(at__lt=before)
    told = [_of_verdict(one, library) for one in verdicts[:at_most_count]]
    told += [_of_feed(one) for one in feed[:at_most_count]]
    return sorted(told, key=lambda one: one.at, reverse=True)[:at_most_count]


def _of_verdict(one: VerdictChange, library: Library) -> Change:
    known = library.by_id.get(one.standard)
    asked = known.question_for({}) if known else one.standard
    title = f"{one.device.name}: {asked}" if one.device else asked
    url = reverse("device", args=[one.device.uid]) if one.device else ""
    return Change(one.at, one.after, title, one.text, url)


def _of_feed(one: FeedEntry) -> Change:
    title = one.device.name if one.device else sentence(one)
    url = reverse("device", args=[one.device.uid]) if one.device else ""
    return Change(one.at, "open", title, beside_device(one) if one.device else "", url)


def _trend(who: Client) -> Trend | None:
    weeks = WeeklySummary.objects.filter(client=who).order_by("-week_on").values_list("week_on", "yes", "no")[:52]
    points: list[tuple[date, int]] = [(day, yes * 100 // (yes + no)) for day, yes, no in weeks if yes + no]
    return trend_of(points[::-1])


def _says(sites: list[Site], devices_count: int, total: Counts) -> str:
    told = [
        ngettext("%(n)d site", "%(n)d sites", len(sites)) % {"n": len(sites)},
        ngettext("%(n)d device", "%(n)d devices", devices_count) % {"n": devices_count},
        ngettext("%(n)d standard", "%(n)d standards", total.total) % {"n": total.total},
    ]
    return ", ".join(told)
