"""Lists of devices: of everybody in scope, or of one client."""

from django.db.models import Count, F, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.accounts.routes import SignedIn
from server.clients.models import Client, Device, DeviceState
from server.web.client_page import client_seen
from server.web.paging import page_of


def devices(request: SignedIn) -> HttpResponse:
    """Return the devices of all clients in scope, fifty at a time; three queries."""
    seen = Device.objects.filter(client__in=Client.objects.seen_by(request.actor))
    return render(request, "web/devices.html", {"title": _("Devices"), "over_all": True, **_listed(request, seen)})


def client_devices(request: SignedIn, uid: str) -> HttpResponse:
    """Return the devices of a client."""
    who = client_seen(request.actor, uid)
    listed = _listed(request, Device.objects.filter(client=who))
    more = (("client_found", _("Found")), ("proposals", _("Who is who")), ("client_groups", _("Groups")))
    context = {"title": who.name, "client": who, "more": more, **listed}
    return render(request, "web/devices.html", context)


def _listed(request: SignedIn, seen: QuerySet[Device]) -> dict[str, object]:
    chosen, kind, text = (request.GET.get(name, "") for name in ("show", "kind", "q"))
    filters = {
        "": Q(state=DeviceState.IN_USE),
        "no": Q(state=DeviceState.IN_USE, verdicts__no__gt=0),
        "unread": Q(state=DeviceState.IN_USE, read_at=None),
        "another": Q(quarantined_at__isnull=False),
        "retired": ~Q(state=DeviceState.IN_USE),
    }
    names = {
        "": _("In use"),
        "no": _("With a No"),
        "unread": _("Never read"),
        "another": _("Another device answers"),
        "retired": _("Retired or out of scope"),
    }
    counts = seen.aggregate(**{name or "in_use": Count("pk", filter=wanted) for name, wanted in filters.items()})
    shown = seen.filter(filters.get(chosen, filters[""]))
    if kind:
        shown = shown.filter(kind=kind)
    if text:
        shown = shown.filter(Q(name__icontains=text) | Q(accesses__address__icontains=text)).distinct()
    ordered = shown.select_related("client", "site", "verdicts").order_by(
        F("verdicts__no").desc(nulls_last=True), F("verdicts__unknown").desc(nulls_last=True), "name", "pk"
    )
    in_use = counts["in_use"]
    return {
        "heading": ngettext("%(n)d device in use", "%(n)d devices in use", in_use) % {"n": in_use},
        "page": page_of(request, ordered),
        "filters": [(name, names[name], counts[name or "in_use"]) for name in filters],
        "chosen": chosen,
        "text": text,
        "kind": kind,
    }
