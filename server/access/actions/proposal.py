"""What identity marks propose, accepted: two devices become one, or a device's access moves to a new address."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from server.access.actions.device import UNKNOWN
from server.access.models import Access
from server.accounts.acting import Act, acting
from server.accounts.actor import Actor
from server.accounts.rights import Right
from server.clients.actions.client import Refused
from server.clients.due import roll_up_later
from server.clients.models import ClientState, Device, DeviceProposal, DeviceState


def merge(by: Actor, proposal: DeviceProposal, kept: Device) -> None:
    """Make two devices one: the kept one takes the other's accesses, the other is retired with its history."""
    gone = _other_of(proposal, kept)
    if DeviceState.IN_USE not in {kept.state, gone.state}:
        raise Refused(_("Neither of them is in use any more."))
    with _act(by, "devices merged", proposal, kept) as act:
        _decide(proposal)
        have = set(kept.accesses.values_list("transport", "address", "port"))
        taken = 0
        for access in gone.accesses.all():
            if (access.transport, access.address, access.port) not in have:
                taken += Access.objects.filter(pk=access.pk).update(device=kept)
                _follow(access, kept)
        gone.accesses.all().delete()
        now = timezone.now()
        gone.found_as.update(device=kept)
        why = _("merged into %(name)s") % {"name": kept.name}
        Device.objects.filter(pk=gone.pk).update(
            state=DeviceState.RETIRED, state_why=why[:300], retired_at=now, quarantined_at=None
        )
        known = {
            name: value for name, value in (("place", gone.place), ("group", gone.group)) if not getattr(kept, name)
        }
        if known:
            Device.objects.filter(pk=kept.pk).update(**known)
        open_of_gone = DeviceProposal.objects.filter(Q(device=gone) | Q(other=gone), decided_at=None)
        open_of_gone.update(decided_at=now, decision="merged")
        act.details |= {"retired": gone.name, "retired_uid": gone.uid, "accesses_taken": taken}


def move(by: Actor, proposal: DeviceProposal, accesses: Collection[str]) -> None:
    """Give a device the addresses at which it answers now: these accesses of the other become its own."""
    device, other = proposal.device, proposal.other
    if other is None:
        raise Refused(_("The other device is not known any more."))
    with _act(by, "device moved", proposal, device) as act:
        _decide(proposal)
        moved = list(other.accesses.filter(uid__in=list(accesses)))
        if not moved:
            raise Refused(_("Choose at least one address."))
        for access in moved:
            _take_over(device, access)
        Device.objects.filter(pk=other.pk).update(quarantined_at=None)
        strangers = DeviceProposal.objects.filter(device=other, kind="another device", decided_at=None)
        strangers.update(decided_at=timezone.now(), decision="moved")
        act.details |= {"from": other.name, "addresses": sorted(one.address for one in moved)}


def _take_over(device: Device, access: Access) -> None:
    """Put a device's own access of the transport to the new address; the other's goes. Pins and credential stay."""
    own = device.accesses.filter(transport=access.transport).order_by("-worked_at", "pk").first()
    clash = device.accesses.filter(transport=access.transport, address=access.address, port=access.port)
    if own is None:
        Access.objects.filter(pk=access.pk).update(device=device, host_key="", certificate="", **UNKNOWN)
        _follow(access, device)
        return
    if not clash.exists():
        Access.objects.filter(pk=own.pk).update(address=access.address, port=access.port, **UNKNOWN)
    access.delete()


def _follow(access: Access, device: Device) -> None:
    """Let what is queued or under way over an access be of the device that it belongs to now."""
    access.jobs.filter(ended_at=None).update(device=device)


def _other_of(proposal: DeviceProposal, kept: Device) -> Device:
    pair = {one.pk: one for one in (proposal.device, proposal.other) if one is not None}
    if kept.pk not in pair or len(pair) != 2:
        raise Refused(_("The kept one is neither of the two."))
    return next(one for pk, one in pair.items() if pk != kept.pk)


def _decide(proposal: DeviceProposal) -> None:
    standing = DeviceProposal.objects.filter(pk=proposal.pk, decided_at=None)
    if standing.update(decided_at=timezone.now(), decision="accepted") != 1:
        raise Refused(_("Somebody has decided it already."))


@contextmanager
def _act(by: Actor, action: str, proposal: DeviceProposal, about: Device) -> Iterator[Act]:
    client = proposal.client
    if client.state == ClientState.LEFT:
        raise Refused(_("This client has left: what is kept of it is read-only."))
    frame = acting(by, Right.EDIT_DEVICES, action, client_id=client.pk, client_uid=client.uid, about=about)
    with frame as act:
        yield act
        roll_up_later(client.pk, timezone.now())
