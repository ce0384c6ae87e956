"""Tokens for one site and for many, and agents approved together from pasted fingerprints."""

from typing import Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.accounts.actor import Actor, NotThere
from server.accounts.routes import SignedIn, posted
from server.agents import actions
from server.agents.forms import PastedForm, SiteForm, SitesForm
from server.agents.lines import install_lines, tokens_csv
from server.agents.models import Agent, AgentState
from server.agents.pasted import matched
from server.agents.sites_list import sites_of
from server.clients.models import Client, ClientState, Site

OFFERED_COUNT: Final = 500
"""Sites offered while somebody types; others are found by their whole name."""
VARIABLE: Final = "DATUMLINE_TOKEN"
"""Stands for the RMM's site variable in the lines of a bulk enrolment."""


def enrol(request: SignedIn) -> HttpResponse:
    """Return the form for a token of one site; with a site, the token: it is shown this once."""
    form = SiteForm(request.POST if request.method == "POST" else None, initial=_initial(request))
    context: dict[str, object] = {"title": _("Enrol an agent"), "form": form, "bulk_form": SitesForm()}
    if request.method == "POST" and form.is_valid():
        site = _site(request.actor, form.cleaned_data["site"])
        if site is None:
            form.add_error("site", _("There is no such site. Write client / site as the list offers it."))
        else:
            made = actions.make_token(request.actor, site)
            context |= {"made": made, "lines": install_lines(made.token)}
    if "made" not in context:
        context["offered"] = [_label(site) for site in _sites(request.actor)]
    return render(request, "agents/enrol.html", context)


def enrol_many(request: SignedIn) -> HttpResponse:
    """Return what a list of sites would make; asked to make it, the list of tokens for the RMM."""
    form = SitesForm(posted(request), request.FILES if request.method == "POST" else None)
    context: dict[str, object] = {"title": _("Enrol many agents"), "form": form}
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["sites"]
        found = sites_of(text, request.actor)
        if "make" in request.POST and found.sites:
            return _tokens(actions.make_tokens(request.actor, found.sites))
        context |= {"found": found, "pasted": text, "lines": install_lines(VARIABLE)}
    return render(request, "agents/enrol_many.html", context)


def _tokens(made: list[actions.MadeToken]) -> HttpResponse:
    response = HttpResponse("\ufeff" + tokens_csv(made), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="datumline-tokens.csv"'
    return response


def approve_many(request: SignedIn) -> HttpResponse:
    """Return which waiting agents a pasted text names; asked to, approve those together."""
    form = PastedForm(posted(request))
    waiting = _waiting(request.actor)
    context: dict[str, object] = {"title": _("Approve agents"), "form": form, "waiting": waiting}
    if request.method == "POST" and form.is_valid():
        told = matched(form.cleaned_data["text"], waiting)
        if "approve" in request.POST and told.found:
            approved = actions.approve_together(request.actor, told.found)
            count = len(approved)
            said = ngettext("%(n)d agent is approved.", "%(n)d agents are approved.", count) % {"n": count}
            messages.success(request, said)
            return redirect("agents")
        context |= {
            "told": told,
            "pasted": form.cleaned_data["text"],
            "found": [(one, actions.fingerprint(one)) for one in told.found],
        }
    return render(request, "agents/approve_many.html", context)


def _waiting(actor: Actor) -> list[Agent]:
    return list(actions.agents_seen_by(actor).filter(state=AgentState.PENDING).order_by("enrolled_at"))


def _sites(actor: Actor) -> list[Site]:
    clients = Client.objects.seen_by(actor).filter(state=ClientState.ACTIVE)
    sites = Site.objects.filter(client__in=clients, retired_at=None).select_related("client")
    return list(sites.order_by("client__name", "name")[:OFFERED_COUNT])


def _label(site: Site) -> str:
    return f"{site.client.name} / {site.name}"


def _site(actor: Actor, told: str) -> Site | None:
    """Return the site of a label or a uid, in the actor's scope."""
    clients = Client.objects.seen_by(actor).filter(state=ClientState.ACTIVE)
    sites = Site.objects.filter(client__in=clients, retired_at=None).select_related("client")
    client, _slash, name = (part.strip() for part in told.rpartition(" / "))
    return sites.filter(uid=told).first() or sites.filter(client__name__iexact=client, name__iexact=name).first()


def _initial(request: SignedIn) -> dict[str, str]:
    uid = request.GET.get("site", "")
    site = _site(request.actor, uid) if uid else None
    if uid and site is None:
        raise NotThere("there is no such site")
    return {"site": _label(site)} if site is not None else {}
