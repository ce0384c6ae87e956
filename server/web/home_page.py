"""The home: for Centralized Services and administrators what keeps clients from being measured, worst first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.access.models import Access, AccessState, Credential, CredentialState
from server.accounts.actor import Actor
from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.agents.models import Agent, AgentState
from server.clients.models import Client, ClientSet, ClientState, Device, DeviceState
from server.scans.reasons import reason_of
from server.web.clients_page import READ_WITHIN, SILENT
from server.web.counts import Counts, together
from server.web.counts import standing as standing_of

CAUSES_SHOWN: Final = 12
WORST_SHOWN: Final = 10


@dataclass(frozen=True)
class Tile:
    """A number that leads to work."""

    word: str
    number: int
    says: str
    url: str
    icon: str


@dataclass(frozen=True)
class Cause:
    """Why devices are not read, across clients."""

    state: str
    transport: str
    reason: str
    accesses_count: int
    clients_count: int


def home(request: SignedIn) -> HttpResponse:
    """Return what waits for this person; the number of queries does not depend on how many clients there are."""
    actor = request.actor
    if not actor.may(Right.SEE_CLIENTS):
        return render(request, "web/home_empty.html", {"title": _("Home")})
    clients = Client.objects.seen_by(actor).filter(state=ClientState.ACTIVE)
    tiles = _tiles(clients, actor)
    causes, standing = _causes(clients), standing_of(clients)
    context = {
        "title": _("Home"),
        "heading": _heading(clients.count(), causes),
        "tiles": tiles,
        "causes": causes,
        "worst": _worst(clients, standing),
        "counts": together(standing.values()),
        "waiting": list(
            Agent.objects.filter(
                site__client__in=clients, state__in=[AgentState.PENDING, AgentState.RESTORED_OR_CLONED]
            ).select_related("site__client")[:WORST_SHOWN]
        ),
    }
    return render(request, "web/home.html", context)


def _heading(clients_count: int, causes: list[Cause]) -> str:
    if not clients_count:
        return _("Add the first client")
    number = sum(one.accesses_count for one in causes)
    if not number:
        return _("Every access works")
    return ngettext("%(n)d access does not work", "%(n)d accesses do not work", number) % {"n": number}


def _tiles(clients: ClientSet, actor: Actor) -> list[Tile]:
    now = timezone.now()
    agents = Agent.objects.filter(site__client__in=clients)
    told = agents.aggregate(
        silent=Count("pk", filter=Q(state=AgentState.APPROVED, seen_at__lt=now - SILENT)),
        pending=Count("pk", filter=Q(state=AgentState.PENDING)),
        cloned=Count("pk", filter=Q(state=AgentState.RESTORED_OR_CLONED)),
    )
    devices = Device.objects.filter(client__in=clients, state=DeviceState.IN_USE).aggregate(
        all=Count("pk"), read=Count("pk", filter=Q(read_at__gte=now - READ_WITHIN))
    )
    paused = Credential.objects.filter(client__in=clients, state=CredentialState.PAUSED).count()
    unread = devices["all"] - devices["read"]
    tiles = [
        Tile(_("Agents silent"), told["silent"], _("for more than 15 minutes"), _to("agents", "silent"), "bi-wifi-off"),
        Tile(
            _("Agents waiting"),
            told["pending"] + told["cloned"],
            _("for a person"),
            _to("agents", "waiting"),
            "bi-person-check",
        ),
        Tile(_("Credentials paused"), paused, _("after a refusal"), _to("credentials", "paused"), "bi-pause-circle"),
        Tile(_("Devices unread"), unread, _("in the last 7 days"), _to("devices", "unread"), "bi-hdd-network"),
    ]
    return [one for one in tiles if one.url or actor.may(Right.SEE_HEALTH)]


def _causes(clients: ClientSet) -> list[Cause]:
    """Return why accesses fail, grouped over all clients, the most first: one query."""
    broken = Access.objects.filter(device__client__in=clients, device__state=DeviceState.IN_USE).exclude(
        state__in=[AccessState.WORKS, AccessState.UNTRIED]
    )
    rows = (
        broken.values("state", "transport", "reason")
        .annotate(n=Count("pk"), clients=Count("device__client", distinct=True))
        .order_by("-n")[:CAUSES_SHOWN]
    )
    return [
        Cause(str(AccessState(row["state"]).label), row["transport"], _reason(row["reason"]), row["n"], row["clients"])
        for row in rows
    ]


def _reason(reason: str) -> str:
    return str(reason_of(reason).word) if reason else ""


def _worst(clients: ClientSet, standing: Mapping[int, Counts]) -> list[tuple[Client, Counts]]:
    """Return the clients with the most that is not known: one query."""
    by_need = sorted(standing, key=lambda key: (-standing[key].not_known, -standing[key].no, key))[:WORST_SHOWN]
    named = clients.in_bulk(by_need)
    return [(named[key], standing[key]) for key in by_need]


def _to(name: str, show: str) -> str:
    try:
        return f"{reverse(name)}?show={show}"
    except NoReverseMatch:
        return ""
