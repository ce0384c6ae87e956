"""Pages that add, change and retire a device with its accesses."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from server.access.actions.device import add_with_accesses, change_with_accesses, trust_key
from server.access.device_forms import AccessesBase, DeviceForm, OutForm, WhyForm, access_forms, initial_of
from server.access.models import Access
from server.access.offered import Offered, offered_by_site, together
from server.accounts.actor import Actor
from server.accounts.routes import SignedIn, posted
from server.clients.actions.client import Refused
from server.clients.actions.device import take_back, take_out, trust_again
from server.clients.models import Client, Device, DeviceState, Place


def devices_seen(actor: Actor) -> QuerySet[Device]:
    """Return the devices of the clients in the actor's scope."""
    seen = Device.objects.filter(client__in=Client.objects.seen_by(actor))
    return seen.select_related("client", "site", "place", "group")


def new(request: SignedIn, uid: str) -> HttpResponse:
    """Show the form of a new device, or add it."""
    client = get_object_or_404(Client.objects.seen_by(request.actor), uid=uid)
    if not client.sites.filter(retired_at=None).exists():
        messages.info(request, _("A device stands at a site: add one first."))
        return redirect("client_edit", uid)
    offers = offered_by_site(client)
    form = DeviceForm(posted(request), client=client)
    accesses = access_forms(request.POST)
    if _valid(request, form, accesses, offers):
        try:
            device = add_with_accesses(request.actor, form.cleaned_data["site"], form.described(), accesses.given())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("%(name)s is there.") % {"name": device.name})
            again = "another" in request.POST
            return redirect("device_new", uid) if again else redirect("device", device.uid)
    return _page(request, client, None, form, accesses, offers)


def edit(request: SignedIn, uid: str) -> HttpResponse:
    """Show the form of a device, or change it."""
    device = get_object_or_404(devices_seen(request.actor), uid=uid)
    client, offers = device.client, offered_by_site(device.client)
    initial = {
        "name": device.name, "site": device.site.uid, "kind": device.kind if device.kind_by_person else "device",
        "place": device.place.name if device.place else "", "group": device.group.name if device.group else "",
        "roles": ", ".join(device.roles),
    }  # fmt: skip
    form = DeviceForm(posted(request), client=client, device=device, initial=initial)
    known = device.accesses.select_related("credential").order_by("transport", "address")
    accesses = access_forms(request.POST, [initial_of(one) for one in known])
    if _valid(request, form, accesses, offers):
        try:
            change_with_accesses(request.actor, device, form.cleaned_data["site"], form.described(), accesses.given())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("device", uid)
    return _page(request, client, device, form, accesses, offers)


def out(request: SignedIn, uid: str) -> HttpResponse:
    """Retire a device, or leave it out of scope."""
    device = get_object_or_404(devices_seen(request.actor), uid=uid)
    form = OutForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why: the reason stays in the record."))
        return redirect("device_edit", uid)
    told = form.cleaned_data
    says = _("%(name)s counts no more; its history stays.") % {"name": device.name}
    return done(request, lambda: take_out(request.actor, device, DeviceState(told["state"]), told["why"]), says, uid)


def back(request: SignedIn, uid: str) -> HttpResponse:
    """Take a device into use again."""
    device = get_object_or_404(devices_seen(request.actor), uid=uid)
    return done(request, lambda: take_back(request.actor, device), _("It is in use again."), uid)


def trust(request: SignedIn, uid: str) -> HttpResponse:
    """Say that what answers at a quarantined device is it."""
    device = get_object_or_404(devices_seen(request.actor), uid=uid)
    form = WhyForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why: the reason stays in the record."))
        return redirect("device_edit", uid)
    says = _("Its readings count again from the next scan on.")
    return done(request, lambda: trust_again(request.actor, device, form.cleaned_data["why"]), says, uid)


def trust_offered(request: SignedIn, uid: str) -> HttpResponse:
    """Trust the key that a device offers now."""
    devices = devices_seen(request.actor)
    seen = Access.objects.filter(device__in=devices).select_related("device__client", "device__site")
    access = get_object_or_404(seen, uid=uid)
    form = WhyForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why: the reason stays in the record."))
        return redirect("device_edit", access.device.uid)
    says = _("The new key is trusted; the next scan logs on again.")
    return done(request, lambda: trust_key(request.actor, access, form.cleaned_data["why"]), says, access.device.uid)


def done(request: SignedIn, action: Callable[[], object], says: str, uid: str) -> HttpResponseRedirect:
    """Do it, say so, and go to the device; what is refused is said too, and nothing changes."""
    try:
        action()
        messages.success(request, says)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("device", uid)


def _valid(request: SignedIn, form: DeviceForm, accesses: AccessesBase, offers: dict[int, Offered]) -> bool:
    if request.method != "POST":
        return False
    fine = form.is_valid()
    site = form.cleaned_data.get("site")
    accesses.offer(offers.get(site.pk, Offered()) if site is not None else together(offers.values()))
    return accesses.is_valid() and fine


def _page(
    request: SignedIn,
    client: Client,
    device: Device | None,
    form: DeviceForm,
    accesses: AccessesBase,
    offers: dict[int, Offered],
) -> HttpResponse:
    offered = together(offers.values())
    names = {**dict.fromkeys(sorted(offered.local), _("entered at the site")), **offered.credentials}
    context = {
        "title": device.name if device else _("New device"),
        "client": client,
        "device": device,
        "form": form,
        "accesses": accesses,
        "drivers": sorted(offered.drivers.items()),
        "credentials": sorted(names.items()),
        "places": sorted(set(Place.objects.filter(site__client=client).values_list("name", flat=True))),
        "groups": list(client.groups.order_by("name").values_list("name", flat=True)),
        "out_form": OutForm(auto_id="out_%s") if device else None,
        "offered_keys": list(device.accesses.exclude(offered_key="")) if device else [],
    }
    return render(request, "access/device.html", context)
