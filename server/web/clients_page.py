"""The list of clients: what is measured of each, how it is read, and who waits for what."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Max, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.accounts.routes import SignedIn
from server.agents.models import AgentState
from server.clients.models import Client, ClientState, DeviceState
from server.web.counts import Counts, standing
from server.web.paging import page_of

SILENT = timedelta(minutes=15)
READ_WITHIN = timedelta(days=7)
"""users.md: the share of devices read within seven days is a client's completeness."""
FILTERS = ("all", "silent", "incomplete", "left")


@dataclass(frozen=True)
class Row:
    """A client in the list."""

    client: Client
    counts: Counts
    devices_count: int
    read_count: int
    agent_seen_at: object
    agents_count: int

    @property
    def completeness_percent(self) -> int | None:
        """Return the share of devices in use that were read within seven days; None without devices."""
        return self.read_count * 100 // self.devices_count if self.devices_count else None


def clients(request: SignedIn) -> HttpResponse:
    """Return the clients in the person's scope, by name, fifty at a time; four queries, whatever their number."""
    now = timezone.now()
    seen = Client.objects.seen_by(request.actor)
    chosen = request.GET.get("show", "all")
    text = request.GET.get("q", "").strip()
    silent = Q(sites__agents__state=AgentState.APPROVED, sites__agents__seen_at__lt=now - SILENT)
    shown = seen.filter(state=ClientState.LEFT) if chosen == "left" else seen.filter(state=ClientState.ACTIVE)
    if chosen == "silent":
        shown = shown.filter(silent).distinct()
    if text:
        shown = shown.filter(Q(name__icontains=text) | Q(tags__name__icontains=text)).distinct()
    page = page_of(request, shown.prefetch_related("tags").order_by("name"))
    rows = _rows(list(page), now - READ_WITHIN)
    counts = seen.aggregate(
        all=Count("pk", filter=Q(state=ClientState.ACTIVE), distinct=True),
        silent=Count("pk", filter=silent & Q(state=ClientState.ACTIVE), distinct=True),
        left=Count("pk", filter=Q(state=ClientState.LEFT), distinct=True),
    )
    context = {
        "title": _("Clients"),
        "heading": ngettext("%(n)d client", "%(n)d clients", counts["all"]) % {"n": counts["all"]},
        "page": page,
        "rows": rows,
        "filters": [
            ("all", _("All"), counts["all"]),
            ("silent", _("Agent silent"), counts["silent"]),
            ("left", _("Left"), counts["left"]),
        ],
        "chosen": chosen,
        "text": text,
        "silent_before": now - SILENT,
    }
    return render(request, "web/clients.html", context)


def _rows(clients: list[Client], read_after: object) -> list[Row]:
    keys = [client.pk for client in clients]
    counts = standing(Client.objects.filter(pk__in=keys))
    in_use = Q(devices__state=DeviceState.IN_USE)
    devices = {
        row["pk"]: row
        for row in Client.objects.filter(pk__in=keys)
        .values("pk")
        .annotate(
            devices_count=Count("devices", filter=in_use),
            read_count=Count("devices", filter=in_use & Q(devices__read_at__gte=read_after)),
        )
    }
    agents = {
        row["pk"]: row
        for row in Client.objects.filter(pk__in=keys)
        .values("pk")
        .annotate(
            agents_count=Count("sites__agents", filter=Q(sites__agents__state=AgentState.APPROVED)),
            seen_at=Max("sites__agents__seen_at", filter=Q(sites__agents__state=AgentState.APPROVED)),
        )
    }
    return [
        Row(
            client,
            counts.get(client.pk, Counts()),
            devices[client.pk]["devices_count"],
            devices[client.pk]["read_count"],
            agents[client.pk]["seen_at"],
            agents[client.pk]["agents_count"],
        )
        for client in clients
    ]
