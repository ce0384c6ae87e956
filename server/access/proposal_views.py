"""What identity marks propose of a client's devices: both side by side, for a person to decide."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from collectors.facts.identity import NAMES
from server.access.actions.proposal import merge, move
from server.access.models import Access
from server.accounts.actor import Actor
from server.accounts.routes import SignedIn
from server.clients.actions.client import Refused
from server.clients.actions.device import dismiss, trust_again
from server.clients.models import Client, Device, DeviceProposal

ROWS_COUNT: Final = 20


@dataclass(frozen=True)
class Mark:
    """An identity mark of both devices."""

    name: str
    one: str
    other: str

    @property
    def same(self) -> bool:
        """Return whether both show the same."""
        return bool(self.one) and self.one == self.other


@dataclass(frozen=True)
class Shown:
    """A proposal with what a person compares."""

    proposal: DeviceProposal
    marks: tuple[Mark, ...]
    older: Device
    """The one that is kept unless somebody says otherwise."""
    addresses: tuple[tuple[Access, bool], ...]
    """Of the other device, with whether the proposal speaks of it."""


def proposals(request: SignedIn, uid: str) -> HttpResponse:
    """Return the open proposals of a client, twenty at a time."""
    client = get_object_or_404(Client.objects.seen_by(request.actor), uid=uid)
    rows = _open(request.actor).filter(client=client).prefetch_related("device__accesses", "other__accesses")
    page = Paginator(rows.order_by("-made_at", "-pk"), ROWS_COUNT).get_page(request.GET.get("page"))
    decided = DeviceProposal.objects.filter(client=client, decided_at__isnull=False).select_related("device", "other")
    context = {
        "title": client.name, "client": client, "page": page, "shown": [_shown(one) for one in page],
        "decided": list(decided.order_by("-decided_at")[:10]),
    }  # fmt: skip
    return render(request, "access/proposals.html", context)


def accept(request: SignedIn, uid: str) -> HttpResponse:
    """Do what a proposal says: merge, move, or take the device for the one that is known."""
    one = get_object_or_404(_open(request.actor), uid=uid)
    if one.kind == "merge":
        kept = next((d for d in (one.device, one.other) if d and d.uid == request.POST.get("kept")), one.device)
        says = _("They are one now: %(name)s.") % {"name": kept.name}
        return _done(request, one.client.uid, lambda: merge(request.actor, one, kept), says)
    if one.kind == "move":
        chosen = request.POST.getlist("access")
        says = _("%(name)s is read at its new address from the next scan on.") % {"name": one.device.name}
        return _done(request, one.client.uid, lambda: move(request.actor, one, chosen), says)
    why = request.POST.get("why", "").strip()
    if not why:
        messages.error(request, _("Say why: the reason stays in the record."))
        return redirect("proposals", one.client.uid)
    says = _("Its readings count again from the next scan on.")
    return _done(request, one.client.uid, lambda: trust_again(request.actor, one.device, why[:300]), says)


def reject(request: SignedIn, uid: str) -> HttpResponse:
    """Decide that a proposal is wrong."""
    one = get_object_or_404(_open(request.actor), uid=uid)
    return _done(request, one.client.uid, lambda: dismiss(request.actor, one), _("Nothing was changed."))


def _open(actor: Actor) -> QuerySet[DeviceProposal]:
    rows = DeviceProposal.objects.filter(client__in=Client.objects.seen_by(actor), decided_at=None)
    joined = [f"{side}__{part}" for side in ("device", "other") for part in ("site", "place", "group")]
    return rows.select_related("client", *joined)


def _shown(one: DeviceProposal) -> Shown:
    other = one.other
    mine, theirs = dict(one.device.marks), dict(other.marks) if other else {}
    names = [name for name in NAMES if name in mine or name in theirs]
    marks = tuple(Mark(NAMES[name], str(mine.get(name, "")), str(theirs.get(name, ""))) for name in names)
    pair = [device for device in (one.device, other) if device is not None]
    addresses = tuple((access, access.address in one.text) for access in other.accesses.all()) if other else ()
    return Shown(one, marks, min(pair, key=lambda device: device.made_at), addresses)


def _done(request: SignedIn, uid: str, action: Callable[[], object], says: str) -> HttpResponseRedirect:
    try:
        action()
        messages.success(request, says)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("proposals", uid)
