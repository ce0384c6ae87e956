"""Forms that add and change clients, their sites and statements."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from server.accounts.routes import SignedIn, posted
from server.clients.actions.client import (
    Refused,
    add_client,
    add_site,
    change_client,
    change_site,
    state_none,
    withdraw_statement,
)
from server.clients.forms import ZONES, ClientForm, NewClientForm, SiteForm, StatementForm
from server.clients.models import Client, InventoryStatement, Site
from server.clients.words import kind_word


def new(request: SignedIn) -> HttpResponse:
    """Show the form of a new client, or add it."""
    form = NewClientForm(posted(request), initial={"time_zone": request.actor.time_zone})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        client = add_client(request.actor, told["name"], told["time_zone"], told["site"], told["tags"])
        messages.success(request, _("%(name)s is there. Enrol its agent next.") % {"name": client.name})
        return redirect("client", client.uid)
    return render(request, "clients/new.html", {"title": _("New client"), "form": form, "zones": sorted(ZONES)})


def edit(request: SignedIn, uid: str) -> HttpResponse:
    """Show a client's details with its sites and statements, or change them."""
    client = get_object_or_404(Client.objects.seen_by(request.actor), uid=uid)
    initial = {"tags": ", ".join(client.tags.values_list("name", flat=True))}
    form = ClientForm(posted(request), instance=client, initial=initial)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        current = Client.objects.get(pk=client.pk)
        return _done(
            request,
            lambda: change_client(request.actor, current, told["name"], told["time_zone"], told["tags"], told["note"]),
            _("Saved."),
            uid,
        )
    return render(request, "clients/edit.html", _details(request, client, form, StatementForm()))


def statement(request: SignedIn, uid: str) -> HttpResponse:
    """State that a client has none of a kind."""
    client = get_object_or_404(Client.objects.seen_by(request.actor), uid=uid)
    form = StatementForm(request.POST)
    if not form.is_valid():
        return render(request, "clients/edit.html", _details(request, client, ClientForm(instance=client), form))
    told = form.cleaned_data
    today = timezone.localdate()
    return _done(
        request,
        lambda: state_none(request.actor, client, told["kind"], told["until"], today),
        _("Stated: there is no %(kind)s.") % {"kind": kind_word(told["kind"])},
        uid,
    )


def withdraw(request: SignedIn, uid: str, number: int) -> HttpResponse:
    """Take a statement back."""
    seen = InventoryStatement.objects.filter(client__in=Client.objects.seen_by(request.actor), client__uid=uid)
    one = get_object_or_404(seen, pk=number)
    return _done(request, lambda: withdraw_statement(request.actor, one), _("Taken back."), uid)


def site(request: SignedIn, uid: str, site_uid: str = "") -> HttpResponse:
    """Show the form of a site, or add or change it."""
    client = get_object_or_404(Client.objects.seen_by(request.actor), uid=uid)
    one = get_object_or_404(Site, client=client, uid=site_uid) if site_uid else None
    initial = {"places": "\n".join(one.places.values_list("name", flat=True)) if one else ""}
    initial |= {} if one else {"time_zone": client.time_zone}
    form = SiteForm(posted(request), instance=one or Site(client=client), initial=initial)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data

        def save() -> None:
            known = Site.objects.get(pk=one.pk) if one else None
            known = known or add_site(request.actor, client, told["name"], told["time_zone"])
            if one or told["places"]:
                change_site(request.actor, known, told["name"], told["time_zone"], told["places"])

        return _done(request, save, _("Saved."), uid)
    heading = one.name if one else _("New site")
    context = {"title": heading, "client": client, "site": one, "form": form, "zones": sorted(ZONES)}
    return render(request, "clients/site.html", context)


def _details(request: SignedIn, client: Client, form: ClientForm, statement_form: StatementForm) -> dict[str, object]:
    statements = client.statements.filter(withdrawn_at=None, until__gte=timezone.localdate()).order_by("until")
    return {
        "title": client.name,
        "client": client,
        "form": form,
        "statement_form": statement_form,
        "sites": list(client.sites.prefetch_related("places").order_by("name")),
        "statements": list(statements),
        "people": list(client.assignments.select_related("user").order_by("user__name")),
        "zones": sorted(ZONES),
    }


def _done(request: SignedIn, action: Callable[[], object], says: str, uid: str) -> HttpResponseRedirect:
    """Do it, say so, and go back to the client's details; what is refused is said too, and nothing changes."""
    try:
        action()
        messages.success(request, says)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("client_edit", uid)
