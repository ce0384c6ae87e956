"""The groups of a client, with their devices: renamed, or dissolved."""

from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from collectors.facts.plain_text import plain_line
from server.access.actions.group import dissolve, rename
from server.accounts.routes import SignedIn
from server.clients.actions.client import Refused
from server.clients.models import Client, DeviceGroup

ROWS_COUNT: Final = 50
NAME_LENGTH: Final = 200


def groups(request: SignedIn, uid: str) -> HttpResponse:
    """Return the groups of a client."""
    client = get_object_or_404(Client.objects.seen_by(request.actor), uid=uid)
    rows = DeviceGroup.objects.filter(client=client).prefetch_related("devices").order_by("name")
    page = Paginator(rows, ROWS_COUNT).get_page(request.GET.get("page"))
    return render(request, "access/groups.html", {"title": client.name, "client": client, "page": page})


def regroup(request: SignedIn, uid: str, group_uid: str) -> HttpResponse:
    """Rename a group, or dissolve it."""
    client = get_object_or_404(Client.objects.seen_by(request.actor), uid=uid)
    group = get_object_or_404(DeviceGroup.objects.select_related("client"), client=client, uid=group_uid)
    name = plain_line(request.POST.get("name", ""), NAME_LENGTH)
    try:
        if "dissolve" in request.POST:
            dissolve(request.actor, group)
            messages.success(request, _("Its devices count by themselves again."))
        elif name:
            rename(request.actor, group, name)
            messages.success(request, _("Saved."))
        else:
            messages.error(request, _("A group needs a name."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("client_groups", uid)
