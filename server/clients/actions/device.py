"""Devices: add, change, take out of use and back, and decide what identity marks propose."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rules.kinds import DEVICE_KINDS
from server.accounts.acting import Act, acting
from server.accounts.actor import Actor
from server.accounts.rights import Right
from server.clients.actions.client import Refused
from server.clients.due import roll_up_later
from server.clients.models import Client, ClientState, Device, DeviceGroup, DeviceProposal, DeviceState, Place, Site

UNKNOWN_KIND = "device"


@dataclass(frozen=True)
class Described:
    """What a person says of a device."""

    name: str
    kind: str = UNKNOWN_KIND
    """A class of device; 'device' leaves it to what the device tells."""
    roles: tuple[str, ...] = ()
    place: Place | None = None
    group: str = ""
    """The name of the HA pair, cluster or stack; made when there is none of that name."""


def add_device(by: Actor, site: Site, told: Described) -> Device:
    """Return a new device of a site; raises Refused when the site has one of that name."""
    client = site.client
    _allowed(client, told)
    with acting(by, Right.EDIT_DEVICES, "device added", client_id=client.pk, client_uid=client.uid) as act:
        device = Device(client=client, site=site, **_values(client, told))
        _saved(device, told.name)
        act.about = device
        act.details |= {"site": site.name, "kind": told.kind}
        roll_up_later(client.pk, timezone.now())
    return device


def change_device(by: Actor, device: Device, site: Site, told: Described) -> None:
    """Change what a person says of a device; another site must be the same client's."""
    client = device.client
    _allowed(client, told)
    if site.client_id != device.client_id:
        raise Refused(_("The site belongs to another client."))
    with _act(by, "device changed", device) as act:
        act.details |= {"before": {"name": device.name, "kind": device.kind, "site": device.site.name}}
        act.details |= {"after": {"name": told.name, "kind": told.kind, "site": site.name}}
        for name, value in {**_values(client, told), "site": site}.items():
            setattr(device, name, value)
        _saved(device, told.name)


def take_out(by: Actor, device: Device, state: DeviceState, why: str) -> None:
    """Retire a device, or leave it out of scope, with the reason: it counts nowhere, its history stays."""
    with _act(by, f"device {state.label.lower()}", device) as act:
        act.details["why"] = why
        retired_at = timezone.now() if state == DeviceState.RETIRED else None
        Device.objects.filter(pk=device.pk).update(state=state, state_why=why[:300], retired_at=retired_at)


def take_back(by: Actor, device: Device) -> None:
    """Take a device into use again; raises Refused when another one has its name by now."""
    with _act(by, "device taken back", device):
        device.state, device.state_why, device.retired_at = DeviceState.IN_USE, "", None
        _saved(device, device.name)


def trust_again(by: Actor, device: Device, why: str) -> None:
    """Say that what answers at a quarantined device is it (new hardware, new keys): its old marks are forgotten."""
    with _act(by, "device identity confirmed", device) as act:
        act.details["why"] = why
        Device.objects.filter(pk=device.pk).update(quarantined_at=None, marks={})
        DeviceProposal.objects.filter(device=device, decided_at=None).update(
            decided_at=timezone.now(), decision="accepted"
        )


def dismiss(by: Actor, proposal: DeviceProposal) -> None:
    """Decide that a proposal is wrong: nothing changes, and it is not made again while it stands."""
    with _act(by, "proposal dismissed", proposal.device) as act:
        act.details["proposal"] = proposal.text
        DeviceProposal.objects.filter(pk=proposal.pk, decided_at=None).update(
            decided_at=timezone.now(), decision="dismissed"
        )


@contextmanager
def _act(by: Actor, action: str, device: Device) -> Iterator[Act]:
    client = device.client
    _in_use(client)
    frame = acting(by, Right.EDIT_DEVICES, action, client_id=client.pk, client_uid=client.uid, about=device)
    with frame as act:
        yield act
        roll_up_later(client.pk, timezone.now())


def _allowed(client: Client, told: Described) -> None:
    _in_use(client)
    if told.kind not in {UNKNOWN_KIND, *DEVICE_KINDS}:
        raise Refused(_("There is no such kind of device."))


def _in_use(client: Client) -> None:
    if client.state == ClientState.LEFT:
        raise Refused(_("This client has left: what is kept of it is read-only."))


def _values(client: Client, told: Described) -> dict[str, object]:
    group = DeviceGroup.objects.get_or_create(client=client, name=told.group)[0] if told.group else None
    by_person = told.kind != UNKNOWN_KIND
    return {
        "name": told.name,
        "roles": list(told.roles),
        "place": told.place,
        "group": group,
        "kind_by_person": by_person,
        **({"kind": told.kind} if by_person else {}),
    }


def _saved(device: Device, name: str) -> None:
    try:
        with transaction.atomic():
            device.save()
    except IntegrityError as error:
        raise Refused(_("The site has a device called %(name)s already.") % {"name": name}) from error
