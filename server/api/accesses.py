"""Accesses of devices: how each stands, added and changed, tried, and a new key trusted."""

from typing import Annotated

from django.shortcuts import get_object_or_404
from ninja import Router
from pydantic import AwareDatetime, Field

from server.access.actions import device as actions
from server.access.device_forms import AccessForm
from server.access.models import Access
from server.access.offered import Offered, offered_by_site
from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.api.operations import MADE, operation
from server.api.scans import OrderedShown, ordered
from server.api.shapes import Done, Line, Shown, Text, Told, Transport, Uid, WhyTold, checked
from server.clients.models import Client, Device
from server.scans.actions import running
from server.web.device_page import device_seen

router = Router(tags=["accesses"])


class AccessShown(Shown):
    """One way to a device's management plane, and how it last went."""

    uid: str
    device: str
    transport: str
    address: str
    port: int
    driver: str
    credential: str
    credential_uid: str
    state: str
    reason: str
    text: str
    tried_at: AwareDatetime | None
    worked_at: AwareDatetime | None
    took_ms: int | None
    host_key: str
    certificate: str
    offered_key: str


class AccessTold(Told):
    """What is said of an access; without an address only `local`. Port 0 is the transport's own."""

    transport: Transport
    address: Annotated[str, Line(255, 0)] = ""
    port: int = Field(default=0, ge=0, le=65535)
    driver: Annotated[str, Line(64, 0)] = ""
    credential: Text = ""


def access_shown(one: Access) -> AccessShown:
    """Return an access as programs are told; give it with device and credential selected."""
    return AccessShown(
        uid=one.uid, device=one.device.uid, transport=one.transport, address=one.address, port=one.port,
        driver=one.driver, credential=one.credential.name if one.credential else one.local_credential,
        credential_uid=one.credential.uid if one.credential else "", state=one.state, reason=one.reason,
        text=one.text, tried_at=one.tried_at, worked_at=one.worked_at, took_ms=one.took_ms, host_key=one.host_key,
        certificate=one.certificate, offered_key=one.offered_key,
    )  # fmt: skip


def access_seen(request: SignedIn, uid: str) -> Access:
    """Return an access of a device in scope; raises Http404."""
    seen = Access.objects.filter(device__client__in=Client.objects.seen_by(request.actor))
    return get_object_or_404(seen.select_related("device__client", "device__site", "credential"), uid=uid)


@operation(router, "GET", "/devices/{uid}/accesses", "api_accesses", Right.SEE_CLIENTS, list[AccessShown])
def accesses(request: SignedIn, uid: Uid) -> list[AccessShown]:
    """Return the accesses of a device, and how each last went."""
    mine = device_seen(request.actor, uid).accesses.select_related("device", "credential")
    return [access_shown(one) for one in mine.order_by("transport", "address", "pk")]


@operation(router, "POST", "/devices/{uid}/accesses", "api_access_add", Right.EDIT_DEVICES, AccessShown, MADE)
def add(request: SignedIn, uid: Uid, told: AccessTold) -> AccessShown:
    """Add an access to a device; the credential by its name."""
    device = device_seen(request.actor, uid)
    return _shown(request, actions.put_access(request.actor, device, _checked(device, told)))


@operation(router, "GET", "/accesses/{uid}", "api_access", Right.SEE_CLIENTS, AccessShown)
def access(request: SignedIn, uid: Uid) -> AccessShown:
    """Return an access."""
    return access_shown(access_seen(request, uid))


@operation(router, "POST", "/accesses/{uid}", "api_access_change", Right.EDIT_DEVICES, AccessShown)
def change(request: SignedIn, uid: Uid, told: AccessTold) -> AccessShown:
    """Change an access; what was known of it holds no more, its pinned key stays."""
    device = access_seen(request, uid).device
    return _shown(request, actions.put_access(request.actor, device, _checked(device, told, uid)))


@operation(router, "POST", "/accesses/{uid}/remove", "api_access_remove", Right.EDIT_DEVICES, Done)
def remove(request: SignedIn, uid: Uid) -> Done:
    """Remove an access; what was read over it stays."""
    actions.remove_access(request.actor, access_seen(request, uid))
    return Done()


@operation(router, "POST", "/accesses/{uid}/trust", "api_access_trust", Right.EDIT_DEVICES, Done)
def trust(request: SignedIn, uid: Uid, told: WhyTold) -> Done:
    """Trust the key that a device offers now instead of the one that was known."""
    actions.trust_key(request.actor, access_seen(request, uid), told.why)
    return Done()


@operation(router, "POST", "/accesses/{uid}/try", "api_access_try", Right.RUN_SCANS, OrderedShown)
def try_now(request: SignedIn, uid: Uid) -> OrderedShown:
    """Try an access now: one logon and the first question, nothing is kept of what the device tells."""
    return ordered(running.try_access(request.actor, access_seen(request, uid)))


@operation(router, "POST", "/accesses/{uid}/test", "api_access_test", Right.EDIT_CREDENTIALS, OrderedShown)
def test(request: SignedIn, uid: Uid) -> OrderedShown:
    """Test an access's credential on this one device, though it is paused; the others go on waiting."""
    return ordered(running.test_credential(request.actor, access_seen(request, uid)))


def _shown(request: SignedIn, one: Access) -> AccessShown:
    return access_shown(access_seen(request, one.uid))


def _checked(device: Device, told: AccessTold, uid: str = "") -> actions.Told:
    """Return an access as the form of the pages takes it; raises Wrong."""
    form = AccessForm(data={**told.model_dump(), "port": told.port or "", "uid": uid})
    form.offered = offered_by_site(device.client).get(device.site_id, Offered())
    checked(form)
    return form.told()
