"""What discoveries found at a client's sites: taken as devices, or left aside."""

from typing import Final

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from collectors.facts.plain_text import plain_line
from rules.kinds import DEVICE_KINDS
from server.access.actions.device import Told, put_accesses
from server.access.addresses import BadAddress, read_address
from server.access.device_forms import CREDENTIAL
from server.accounts.acting import acting
from server.accounts.actor import Actor
from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.clients.actions.client import Refused
from server.clients.actions.device import UNKNOWN_KIND, Described, add_device
from server.clients.models import Client, Device
from server.clients.words import KINDS
from server.scans.models import FoundDevice
from server.web.client_page import client_seen
from server.web.paging import page_of

STATES: Final = ("new", "taken", "ignored")
TRANSPORT_OF_PORT: Final = {161: "snmp", 22: "ssh", 5986: "winrm", 5985: "winrm", 3493: "nut"}
"""What a port that answered lets a device be read by; 443 tells that something is there, and nothing reads it."""
OWN_PORT: Final = {"winrm": 5986}
AT_ONCE: Final = 200


class TakeForm(forms.Form):
    """What is said of all that are taken at once."""

    kind = forms.ChoiceField(
        label=gettext_lazy("As"),
        choices=[
            (UNKNOWN_KIND, gettext_lazy("What the device says")),
            *((one, KINDS[one]) for one in DEVICE_KINDS),
        ],
    )
    credentials = forms.CharField(
        label=gettext_lazy("Credentials"),
        max_length=400,
        required=False,
        help_text=gettext_lazy("One for each transport that answered, like snmp=snmp-ro, ssh=switch-ro. Empty: later."),
    )

    def clean_credentials(self) -> dict[str, str]:
        """Return the name by transport."""
        told: dict[str, str] = {}
        for part in str(self.cleaned_data["credentials"]).split(","):
            transport, _equals, name = (piece.strip() for piece in part.partition("="))
            if not part.strip():
                continue
            if transport not in TRANSPORT_OF_PORT.values() or not CREDENTIAL.fullmatch(name):
                raise forms.ValidationError(_("Write it like snmp=snmp-ro, ssh=switch-ro."))
            told[transport] = name
        return told


def found(request: SignedIn, uid: str) -> HttpResponse:
    """Show what was found, or take or leave aside what was ticked."""
    client = client_seen(request.actor, uid)
    chosen = request.GET.get("show", "new")
    form = TakeForm(request.POST if "take" in request.POST else None)
    if request.method == "POST":
        ticked = list(
            FoundDevice.objects.filter(site__client=client, uid__in=request.POST.getlist("found")[:AT_ONCE])
            .select_related("site__client")
            .order_by("pk")
        )
        if not ticked:
            messages.error(request, _("Tick at least one."))
        elif "ignore" in request.POST:
            leave_aside(request.actor, client, ticked)
            messages.success(request, _("Left aside; they are listed under their own filter."))
            return redirect("client_found", uid)
        elif form.is_valid():
            _take_all(request, ticked, form)
            return redirect("client_found", uid)
    rows = FoundDevice.objects.filter(site__client=client).select_related("site", "device")
    counts = rows.aggregate(**{state: Count("pk", filter=Q(state=state)) for state in STATES})
    words = {"new": _("New"), "taken": _("Devices now"), "ignored": _("Left aside")}
    shown = rows.filter(state=chosen if chosen in STATES else "new").order_by("site__name", "address", "pk")
    context = {
        "title": client.name,
        "client": client,
        "form": form,
        "page": page_of(request, shown),
        "filters": [(state, words[state], counts[state]) for state in STATES],
        "chosen": chosen,
        "new_count": counts["new"],
    }
    return render(request, "web/found.html", context)


def take(by: Actor, one: FoundDevice, kind: str, credentials: dict[str, str]) -> Device:
    """Return the device that was made of a found one, with an access for each port that answered; raises Refused."""
    client = one.site.client
    with acting(by, Right.EDIT_DEVICES, "found device taken", client_id=client.pk, client_uid=client.uid) as act:
        standing = FoundDevice.objects.filter(pk=one.pk).exclude(state="taken")
        if standing.update(state="taken") != 1:
            raise Refused(_("It is a device already."))
        try:
            address = read_address(one.address)
        except BadAddress as error:
            raise Refused(str(error)) from error
        device = add_device(by, one.site, Described(_name(one), kind))
        put_accesses(by, device, _accesses(one, address, credentials))
        FoundDevice.objects.filter(pk=one.pk).update(device=device)
        act.about, act.details = device, {"address": address}
    return device


def leave_aside(by: Actor, client: Client, ticked: list[FoundDevice]) -> None:
    """Say that what was found is nothing to look after; it is not shown as new again."""
    with acting(
        by, Right.EDIT_DEVICES, "found devices left aside", client_id=client.pk, client_uid=client.uid, about=client
    ) as act:
        act.details["addresses"] = [one.address for one in ticked]
        wanted = FoundDevice.objects.filter(pk__in=[one.pk for one in ticked], state="new")
        wanted.update(state="ignored")


def _take_all(request: SignedIn, ticked: list[FoundDevice], form: TakeForm) -> None:
    taken_count, problems = 0, []
    for one in ticked:
        try:
            take(request.actor, one, form.cleaned_data["kind"], form.cleaned_data["credentials"])
            taken_count += 1
        except Refused as refused:
            problems.append(f"{one.address}: {refused}")
    if taken_count:
        says = ngettext("%(n)d is a device now.", "%(n)d are devices now.", taken_count) % {"n": taken_count}
        messages.success(request, says)
    if problems:
        messages.error(request, _("Not taken: %(what)s") % {"what": "; ".join(problems[:5])})


def _name(one: FoundDevice) -> str:
    """Return the name that it tells, else its address; with the address behind it where the name stands already."""
    told = plain_line(one.sys_name, 200) or one.address
    taken = Device.objects.filter(site=one.site, name=told).exclude(state="retired").exists()
    return f"{told} ({one.address})"[:200] if taken else told


def _accesses(one: FoundDevice, address: str, credentials: dict[str, str]) -> list[Told]:
    made: dict[str, Told] = {}
    for port in sorted(int(port) for port in one.ports):
        transport = TRANSPORT_OF_PORT.get(port)
        if transport is not None and (transport not in made or port == OWN_PORT.get(transport)):
            own = port if port == 5985 else 0
            made[transport] = Told(transport, address, own, "", credentials.get(transport, ""))
    return list(made.values())
