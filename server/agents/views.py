"""The list of agents, and one agent."""

from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.accounts.actor import Actor
from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.agents import actions
from server.agents.forms import ComparedForm
from server.agents.models import Agent, AgentEvent
from server.agents.states import Seen, Standing, own_version, with_standing

ROWS_COUNT: Final = 50
EVENTS_COUNT: Final = 20
ORDER: Final = tuple(Standing)


@dataclass(frozen=True)
class Word:
    """How a standing is shown: its word, its icon, the class of its colour."""

    says: str
    icon: str
    colour: str


def words() -> dict[str, Word]:
    """Return how each standing is shown."""
    return {
        Standing.COPIED: Word(_("Restored or cloned"), "bi-exclamation-diamond", "s-conflict"),
        Standing.WAITING: Word(_("Waits for approval"), "bi-person-check", "s-eye"),
        Standing.SILENT: Word(_("Silent"), "bi-wifi-off", "s-no"),
        Standing.OUTDATED: Word(_("Outdated"), "bi-arrow-up-circle", "s-na"),
        Standing.ONLINE: Word(_("Online"), "bi-check-lg", "s-yes"),
        Standing.REVOKED: Word(_("Revoked"), "bi-slash-circle", "s-na"),
    }


def agents(request: SignedIn) -> HttpResponse:
    """Return the agents in scope, those that need somebody first; the same queries for three and for 5,000."""
    now = timezone.now()
    seen = actions.agents_seen_by(request.actor)
    chosen, text, client = (request.GET.get(name, "") for name in ("show", "q", "client"))
    if client:
        seen = seen.filter(site__client__uid=client)
    standing = with_standing(seen, now)
    counts = dict(standing.values_list("standing").annotate(count=Count("pk")).order_by())
    shown = _shown(standing, chosen, text)
    page = Paginator(shown, ROWS_COUNT).get_page(request.GET.get("page"))
    known = words()
    in_force = sum(number for name, number in counts.items() if name != Standing.REVOKED)
    context = {
        "title": _("Agents"),
        "heading": _heading(counts, in_force),
        "rows": [(one, known[vars(one)["standing"]]) for one in page],
        "page": page,
        "filters": [
            ("", _("In force"), in_force),
            *((name, known[name].says, counts.get(name, 0)) for name in ORDER),
        ],
        "chosen": chosen,
        "text": text,
        "client_uid": client,
        "waiting_count": counts.get(Standing.WAITING, 0),
        "own_version": own_version(),
    }
    return render(request, "agents/agents.html", context)


def _shown(standing: "QuerySet[Seen]", chosen: str, text: str) -> "QuerySet[Seen]":
    shown = standing.filter(standing=chosen) if chosen in ORDER else standing.exclude(standing=Standing.REVOKED.value)
    if text:
        shown = shown.filter(
            Q(name__icontains=text) | Q(site__name__icontains=text) | Q(site__client__name__icontains=text)
        )
    place = Case(
        *(When(standing=name.value, then=Value(number)) for number, name in enumerate(ORDER)),
        output_field=IntegerField(),
    )
    return shown.order_by(place, "seen_at", "pk")


def _heading(counts: dict[str, int], in_force: int) -> str:
    copied, waiting = counts.get(Standing.COPIED, 0), counts.get(Standing.WAITING, 0)
    silent, outdated = counts.get(Standing.SILENT, 0), counts.get(Standing.OUTDATED, 0)
    if copied:
        return ngettext("%(n)d agent was seen twice", "%(n)d agents were seen twice", copied) % {"n": copied}
    if silent:
        return ngettext("%(n)d agent is silent", "%(n)d agents are silent", silent) % {"n": silent}
    if waiting:
        return ngettext("%(n)d agent waits for approval", "%(n)d agents wait for approval", waiting) % {"n": waiting}
    if outdated:
        return ngettext("%(n)d agent is outdated", "%(n)d agents are outdated", outdated) % {"n": outdated}
    if in_force:
        return ngettext("The agent is online", "All %(n)d agents are online", in_force) % {"n": in_force}
    return _("No agent yet")


def agent_seen(actor: Actor, uid: str) -> "Seen":
    """Return an agent of a client in scope, with its standing; raises Http404."""
    found = with_standing(actions.agents_seen_by(actor), timezone.now()).filter(uid=uid).first()
    if found is None:
        raise Http404("there is no such agent")
    return found


def agent(request: SignedIn, uid: str) -> HttpResponse:
    """Return one agent: how it stands, what it told, what to do."""
    return _agent(request, agent_seen(request.actor, uid), None)


def _agent(request: SignedIn, one: "Seen", form: ComparedForm | None) -> HttpResponse:
    fingerprint = actions.fingerprint(one)
    context = {
        "title": one.name,
        "agent": one,
        "word": words()[one.standing],
        "fingerprint": fingerprint,
        "form": form or ComparedForm(initial={"fingerprint": fingerprint}),
        "events": list(AgentEvent.objects.filter(agent=one).order_by("-at", "-pk")[:EVENTS_COUNT]),
        "may": {
            "approve": request.actor.may(Right.APPROVE_AGENTS, one.site.client_id),
            "watch": request.actor.may(Right.RUN_SCANS, one.site.client_id),
        },
        "own_version": own_version(),
        "now": timezone.now(),
        "clock_apart": one.clock_offset_s is not None and abs(one.clock_offset_s) >= 60,
    }
    return render(request, "agents/agent.html", context)


def approve(request: SignedIn, uid: str) -> HttpResponse:
    """Approve an agent whose fingerprint was compared."""
    one = agent_seen(request.actor, uid)
    form = ComparedForm(request.POST)
    if not form.is_valid():
        return _agent(request, one, form)
    try:
        actions.approve(request.actor, one, form.cleaned_data["fingerprint"])
    except actions.NotPossible as error:
        return _back(request, one, str(error))
    return _back(request, one, _("%(name)s is approved. It gets its first jobs within a minute."), good=True)


def revoke(request: SignedIn, uid: str) -> HttpResponse:
    """Revoke an agent, whose name a person typed."""
    one = agent_seen(request.actor, uid)
    if request.POST.get("name", "").strip() != one.name:
        return _back(request, one, _("Nothing was revoked: that is not the agent's name."))
    try:
        count = actions.revoke(request.actor, one)
    except actions.NotPossible as error:
        return _back(request, one, str(error))
    told = ngettext(
        "%(name)s is revoked. %(n)d credential that it held is to be changed.",
        "%(name)s is revoked. %(n)d credentials that it held are to be changed.",
        count,
    )
    return _back(request, one, told, good=True, n=count)


def confirm(request: SignedIn, uid: str) -> HttpResponse:
    """Confirm that an agent was restored."""
    one = agent_seen(request.actor, uid)
    try:
        actions.confirm(request.actor, one)
    except actions.NotPossible as error:
        return _back(request, one, str(error))
    return _back(request, one, _("%(name)s is confirmed. If two machines run it, it will show here again."), good=True)


def watch(request: SignedIn, uid: str) -> HttpResponse:
    """Let an agent poll every five seconds."""
    one = agent_seen(request.actor, uid)
    actions.watch(request.actor, one)
    return _back(request, one, _("%(name)s asks every 5 seconds, for 15 minutes from its next poll on."), good=True)


def _back(request: SignedIn, one: Agent, told: str, *, good: bool = False, **more: object) -> HttpResponse:
    (messages.success if good else messages.error)(request, told % {"name": one.name, **more} if good else told)
    return redirect("agent", uid=one.uid)
