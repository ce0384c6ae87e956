"""A client's scan plans: which apply to which site, when they run next, what was left out, blackouts and visits."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.accounts.routes import SignedIn
from server.clients.models import Site
from server.scans.choices import in_words
from server.scans.models import Blackout, NextScan, PlanException, Slot
from server.scans.visits import times_of, visits_seen
from server.web.client_page import client_seen

SLOTS_COUNT = 10
VISITS_COUNT = 20


def client_plans(request: SignedIn, uid: str) -> HttpResponse:
    """Return how a client is scanned; the number of queries does not depend on how many plans and sites there are."""
    who = client_seen(request.actor, uid)
    rows = list(NextScan.objects.filter(site__client=who).select_related("plan", "site").order_by("due_at"))
    slots = Slot.objects.filter(site__client=who).select_related("plan", "visit", "site").order_by("-due_at")
    said = ngettext("%(n)d plan reads this client", "%(n)d plans read this client", len({one.plan_id for one in rows}))
    context = {
        "title": who.name,
        "client": who,
        "says": said % {"n": len({one.plan_id for one in rows})} if rows else _("No plan reads this client"),
        "rows": [(one, in_words(one.plan.rule)) for one in rows],
        "sites": list(Site.objects.filter(client=who, retired_at=None)),
        "exceptions": list(PlanException.objects.filter(client=who).select_related("plan", "site")),
        "blackouts": list(Blackout.objects.filter(client=who, ends_at__gt=timezone.now()).select_related("site")),
        "slots": list(slots[:SLOTS_COUNT]),
        "visits": [
            (one, times_of(one))
            for one in visits_seen(request.actor, "coming", timezone.now()).filter(site__client=who)[:VISITS_COUNT]
        ],
    }
    return render(request, "web/client_plans.html", context)
