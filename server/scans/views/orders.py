"""What a person orders now: each is one POST that leads to the page of the order."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.access.models import Access
from server.accounts.routes import SignedIn
from server.agents.models import Agent, AgentState
from server.clients.models import Client, Device, Site
from server.scans.actions import running
from server.scans.actions.running import Ordered
from server.scans.opening import allowed


def client_scan(request: SignedIn, uid: str) -> HttpResponse:
    """Scan a client now."""
    client = get_object_or_404(Client.objects.seen_by(request.actor), uid=uid)
    return _ordered(request, lambda: running.scan_client(request.actor, client))


def site_scan(request: SignedIn, uid: str) -> HttpResponse:
    """Scan a site now."""
    site = _site(request, uid)
    return _ordered(request, lambda: running.scan_site(request.actor, site))


def device_scan(request: SignedIn, uid: str) -> HttpResponse:
    """Scan a device now."""
    seen = Device.objects.filter(client__in=Client.objects.seen_by(request.actor)).select_related("client")
    device = get_object_or_404(seen, uid=uid)
    return _ordered(request, lambda: running.scan_device(request.actor, device))


def standard_scan(request: SignedIn, uid: str, standard_id: str) -> HttpResponse:
    """Scan now what a standard is asked of, at one client."""
    client = get_object_or_404(Client.objects.seen_by(request.actor), uid=uid)
    return _ordered(request, lambda: running.scan_standard(request.actor, client, standard_id))


def access_try(request: SignedIn, uid: str) -> HttpResponse:
    """Try an access now."""
    access = _access(request, uid)
    return _ordered(request, lambda: running.try_access(request.actor, access))


def access_test(request: SignedIn, uid: str) -> HttpResponse:
    """Test a credential on one device, though it is paused."""
    access = _access(request, uid)
    return _ordered(request, lambda: running.test_credential(request.actor, access))


def site_discover(request: SignedIn, uid: str) -> HttpResponse:
    """Choose networks of the agent's policy and look for devices in them."""
    site = _site(request, uid)
    agents = list(Agent.objects.filter(site=site, state=AgentState.APPROVED))
    networks = sorted({str(one) for one in allowed(agents)})
    if request.method == "POST":
        chosen = request.POST.getlist("networks")
        return _ordered(request, lambda: running.discover(request.actor, site, chosen))
    context = {"title": _("Look for devices"), "site": site, "networks": networks, "agents": agents}
    return render(request, "scans/discover.html", context)


def _site(request: SignedIn, uid: str) -> Site:
    seen = Site.objects.filter(client__in=Client.objects.seen_by(request.actor)).select_related("client")
    return get_object_or_404(seen, uid=uid)


def _access(request: SignedIn, uid: str) -> Access:
    seen = Access.objects.filter(device__client__in=Client.objects.seen_by(request.actor))
    return get_object_or_404(seen.select_related("device__client", "credential"), uid=uid)


def _ordered(request: SignedIn, order: Callable[[], Ordered]) -> HttpResponse:
    """Lead to the order's page, or back to where it was asked for with what keeps it from being done."""
    try:
        told = order()
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return HttpResponseRedirect(_back(request))
    if told.already_count and told.jobs_count:
        words = ngettext(
            "%(n)d device's access was under way already; it is done first now.",
            "%(n)d accesses were under way already; they are done first now.",
            told.already_count,
        )
        messages.info(request, words % {"n": told.already_count})
    elif told.already_count:
        messages.info(request, _("This is under way already."))
    return redirect("scan_run", told.run.uid)


def _back(request: HttpRequest) -> str:
    """Return the page that the order came from, when it is one of ours."""
    came_from = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        return came_from
    return "/"
