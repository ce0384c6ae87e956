"""Search: clients, devices and standards whose name holds the words, within the person's scope."""

from typing import Final

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rules.settings import AS_SHIPPED
from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.clients.models import Client, Device
from server.standards.library import in_force

SHOWN_COUNT: Final = 20
"""Of each kind; more is said as a number."""
WORDS_LENGTH: Final = 200


def search(request: SignedIn) -> HttpResponse:
    """Return what was found, at most twenty of a kind; four queries."""
    words = request.GET.get("q", "").strip()[:WORDS_LENGTH]
    seen = Client.objects.seen_by(request.actor)
    clients = seen.filter(name__icontains=words).order_by("name")
    devices = (
        Device.objects.filter(client__in=seen)
        .filter(Q(name__icontains=words) | Q(accesses__address__icontains=words))
        .select_related("client", "site")
        .distinct()
        .order_by("name", "pk")
    )
    standards = _standards(words) if words and request.actor.may(Right.SEE_LIBRARY) else []
    shown_clients = list(clients[:SHOWN_COUNT]) if words else []
    shown_devices = list(devices[:SHOWN_COUNT]) if words else []
    found = len(shown_clients) + len(shown_devices) + len(standards)
    context = {
        "title": _("Search"),
        "words": words,
        "searched": words,
        "heading": ngettext("%(n)d thing found", "%(n)d things found", found) % {"n": found},
        "clients": shown_clients,
        "devices": shown_devices,
        "standards": standards,
    }
    return render(request, "web/search.html", context)


def _standards(words: str) -> list[tuple[str, str]]:
    wanted = words.casefold()
    asked = ((one.id, one.question_for(AS_SHIPPED.values(one))) for one in in_force().library.standards)
    return [(name, text) for name, text in asked if wanted in f"{name} {text}".casefold()][:SHOWN_COUNT]
