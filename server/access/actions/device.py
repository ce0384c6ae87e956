"""Devices together with their accesses: added and changed as a person sees them, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from server.access.models import Access, AccessState, Credential, CredentialState
from server.accounts.acting import acting
from server.accounts.actor import Actor
from server.accounts.rights import Right
from server.clients.actions.client import Refused
from server.clients.actions.device import Described, add_device, change_device
from server.clients.due import roll_up_later
from server.clients.models import ClientState, Device, Site

UNKNOWN = {"state": AccessState.UNTRIED, "reason": "", "text": "", "tried_at": None, "took_ms": None}
"""How an access stands that was changed: what was known of it holds no more."""


@dataclass(frozen=True)
class Told:
    """What a person says of one access."""

    transport: str
    address: str
    port: int = 0
    driver: str = ""
    credential: str = ""
    """By its name: a credential of the site on the server, else one that was entered at the site."""
    uid: str = ""
    """Of the access that it changes; empty for a new one."""


def add_with_accesses(by: Actor, site: Site, told: Described, accesses: Sequence[Told]) -> Device:
    """Return a new device with its accesses."""
    with transaction.atomic():
        device = add_device(by, site, told)
        put_accesses(by, device, accesses)
    return device


def change_with_accesses(by: Actor, device: Device, site: Site, told: Described, accesses: Sequence[Told]) -> None:
    """Change a device and its accesses; those that are not told go."""
    with transaction.atomic():
        change_device(by, device, site, told)
        put_accesses(by, device, accesses)


def put_accesses(by: Actor, device: Device, accesses: Sequence[Told]) -> None:
    """Make a device's accesses those that are told; pins stay, what was known of a changed one goes."""
    client = device.client
    if client.state == ClientState.LEFT:
        raise Refused(_("This client has left: what is kept of it is read-only."))
    if len({(one.transport, one.address, one.port) for one in accesses}) != len(accesses):
        raise Refused(_("The same access stands twice."))
    known = {one.uid: one for one in device.accesses.select_related("credential")}
    before = [_line(one) for one in known.values()]
    kept = {one.uid for one in accesses if one.uid in known}
    with acting(
        by, Right.EDIT_DEVICES, "accesses changed", client_id=client.pk, client_uid=client.uid, about=device
    ) as act:
        device.accesses.exclude(uid__in=kept).delete()
        named = credentials_of(device.site)
        for one in accesses:
            old = known.get(one.uid)
            _put(device, old, one, named.get(one.credential) or _kept(device, old, one.credential))
        after = [_line(one) for one in device.accesses.select_related("credential")]
        act.details |= {"before": before, "after": after}
        if sorted(before) == sorted(after):
            return
        roll_up_later(client.pk, timezone.now())


def put_access(by: Actor, device: Device, told: Told) -> Access:
    """Return an access that was added, or changed where its uid is told; the device's others stay."""
    with transaction.atomic():
        rest = [one for one in _standing(device) if one.uid != told.uid]
        put_accesses(by, device, [*rest, told])
        return device.accesses.get(transport=told.transport, address=told.address, port=told.port)


def remove_access(by: Actor, access: Access) -> None:
    """Remove an access; what was read over it stays."""
    with transaction.atomic():
        put_accesses(by, access.device, [one for one in _standing(access.device) if one.uid != access.uid])


def _standing(device: Device) -> list[Told]:
    """Return a device's accesses as they are told, and let nobody else change them meanwhile."""
    Device.objects.select_for_update().get(pk=device.pk)
    return [
        Told(
            one.transport, one.address, one.port, one.driver,
            one.credential.name if one.credential else one.local_credential, one.uid,
        )
        for one in device.accesses.select_related("credential").order_by("pk")
    ]  # fmt: skip


def credentials_of(site: Site) -> dict[str, Credential]:
    """Return the credentials of a site that may be used, by name; one query."""
    return {one.name: one for one in site.credentials.exclude(state=CredentialState.WITHDRAWN)}


def trust_key(by: Actor, access: Access, why: str) -> None:
    """Trust the key that a device offers instead of the one that was known; raises Refused when none waits."""
    client = access.device.client
    if client.state == ClientState.LEFT:
        raise Refused(_("This client has left: what is kept of it is read-only."))
    with acting(
        by, Right.EDIT_DEVICES, "new key trusted", client_id=client.pk, client_uid=client.uid, about=access.device
    ) as act:
        field = "host_key" if access.transport == "ssh" else "certificate"
        act.details |= {
            "access": str(access),
            "before": getattr(access, field),
            "after": access.offered_key,
            "why": why,
        }
        waiting = Access.objects.filter(pk=access.pk, offered_key=access.offered_key).exclude(offered_key="")
        new = {field: access.offered_key, "offered_key": "", "pinned_at": timezone.now()}
        if waiting.update(**new, **UNKNOWN) != 1:
            raise Refused(_("No changed key waits here any more."))


def _kept(device: Device, old: Access | None, name: str) -> Credential | None:
    """Return the withdrawn credential that an access goes on naming: it does not become one of the site's own."""
    held = old.credential if old is not None else None
    return held if held is not None and held.name == name and held.site_id == device.site_id else None


def _put(device: Device, old: Access | None, told: Told, credential: Credential | None) -> None:
    access = old or Access(device=device)
    before = _asked(access)
    access.transport, access.address, access.port = told.transport, told.address, told.port
    access.driver, access.credential = told.driver, credential
    access.local_credential = told.credential if credential is None else ""
    if old is None or before != _asked(access):
        for name, value in UNKNOWN.items():
            setattr(access, name, value)
        access.save()


def _asked(access: Access) -> tuple[object, ...]:
    return (
        access.transport, access.address, access.port, access.driver, access.credential_id, access.local_credential,
    )  # fmt: skip


def _line(access: Access) -> str:
    by_name = access.credential.name if access.credential else access.local_credential
    port = f":{access.port}" if access.port else ""
    return f"{access.transport} {access.address}{port} {access.driver or 'any driver'}, {by_name or 'no credential'}"
