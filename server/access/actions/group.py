"""Groups of devices: HA pairs, clusters and stacks that count once."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from server.accounts.acting import acting
from server.accounts.actor import Actor
from server.accounts.rights import Right
from server.clients.actions.client import Refused
from server.clients.due import roll_up_later
from server.clients.models import ClientState, DeviceGroup


def rename(by: Actor, group: DeviceGroup, name: str) -> None:
    """Give a group another name; raises Refused when the client has one of that name."""
    client = group.client
    _in_use(client.state)
    with acting(
        by, Right.EDIT_DEVICES, "group renamed", client_id=client.pk, client_uid=client.uid, about=group
    ) as act:
        act.details["name"] = name
        try:
            with transaction.atomic():
                DeviceGroup.objects.filter(pk=group.pk).update(name=name)
        except IntegrityError as error:
            raise Refused(_("The client has a group called %(name)s already.") % {"name": name}) from error
        roll_up_later(client.pk, timezone.now())


def dissolve(by: Actor, group: DeviceGroup) -> None:
    """Let the devices of a group count by themselves again."""
    client = group.client
    _in_use(client.state)
    with acting(
        by, Right.EDIT_DEVICES, "group dissolved", client_id=client.pk, client_uid=client.uid, about=group
    ) as act:
        act.details["devices"] = list(group.devices.values_list("name", flat=True))
        group.delete()
        roll_up_later(client.pk, timezone.now())


def _in_use(state: str) -> None:
    if state == ClientState.LEFT:
        raise Refused(_("This client has left: what is kept of it is read-only."))
