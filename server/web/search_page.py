"""Search: clients, devices and standards whose name holds the words, within the person's scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rules.settings import AS_SHIPPED
from server.accounts.actor import Actor
from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.clients.models import Client, Device
from server.standards.library import in_force

SHOWN_COUNT: Final = 20
"""Of each kind; more is said as a number."""
WORDS_LENGTH: Final = 200


@dataclass(frozen=True)
class Found:
    """What holds the words, at most twenty of a kind."""

    clients: Sequence[Client] = ()
    devices: Sequence[Device] = ()
    standards: Sequence[tuple[str, str]] = ()


def found_for(actor: Actor, text: str) -> Found:
    """Return what holds the words in the actor's scope; two queries."""
    words = text.strip()[:WORDS_LENGTH]
    if not words:
        return Found()
    seen = Client.objects.seen_by(actor)
    devices = (
        Device.objects.filter(client__in=seen)
        .filter(Q(name__icontains=words) | Q(accesses__address__icontains=words))
        .select_related("client", "site")
        .distinct()
        .order_by("name", "pk")
    )
    clients = seen.filter(name__icontains=words).order_by("name")
    standards = _standards(words) if actor.may(Right.SEE_LIBRARY) else []
    return Found(list(clients[:SHOWN_COUNT]), list(devices[:SHOWN_COUNT]), standards)


def search(request: SignedIn) -> HttpResponse:
    """Return what was found, at most twenty of a kind."""
    words = request.GET.get("q", "").strip()[:WORDS_LENGTH]
    told = found_for(request.actor, words)
    found = len(told.clients) + len(told.devices) + len(told.standards)
    context = {
        "title": _("Search"),
        "words": words,
        "searched": words,
        "heading": ngettext("%(n)d thing found", "%(n)d things found", found) % {"n": found},
        "clients": told.clients,
        "devices": told.devices,
        "standards": told.standards,
    }
    return render(request, "web/search.html", context)


def _standards(words: str) -> list[tuple[str, str]]:
    wanted = words.casefold()
    asked = ((one.id, one.question_for(AS_SHIPPED.values(one))) for one in in_force().library.standards)
    return [(name, text) for name, text in asked if wanted in f"{name} {text}".casefold()][:SHOWN_COUNT]
