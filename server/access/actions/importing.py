"""Many devices at once: all of a file, or none."""

import hashlib
from collections.abc import Iterable

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from server.access.import_file import Known, Plan, Row
from server.access.models import Access
from server.access.offered import offered_by_site
from server.accounts.acting import acting
from server.accounts.actor import Actor
from server.accounts.rights import Right
from server.clients.actions.client import Refused
from server.clients.actions.device import UNKNOWN_KIND
from server.clients.due import roll_up_later
from server.clients.models import Client, ClientState, Device, DeviceGroup, DeviceState, Place

AT_ONCE: int = 500


def known_of(client: Client) -> Known:
    """Return what a client has that a file can name; five queries."""
    sites = list(client.sites.filter(retired_at=None))
    standing = Device.objects.filter(client=client).exclude(state=DeviceState.RETIRED)
    return Known(
        {one.name.casefold(): one for one in sites},
        frozenset(standing.values_list("site_id", "name")),
        frozenset(Place.objects.filter(site__client=client).values_list("site_id", "name")),
        offered_by_site(client),
    )


def import_devices(by: Actor, client: Client, plan: Plan, text: str) -> int:
    """Add the devices of a plan without problems; return how many. Either all are there after it, or none."""
    if plan.problems:
        raise Refused(_("The file has problems: nothing was added."))
    if client.state == ClientState.LEFT:
        raise Refused(_("This client has left: what is kept of it is read-only."))
    with acting(
        by, Right.EDIT_DEVICES, "devices imported", client_id=client.pk, client_uid=client.uid, about=client
    ) as act:
        act.details |= {
            "devices": len(plan.rows), "accesses": plan.accesses_count,
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
        }  # fmt: skip
        try:
            devices = Device.objects.bulk_create(_devices(client, plan.rows), AT_ONCE)
        except IntegrityError as error:
            raise Refused(_("A device of the file was added meanwhile: look at the file again.")) from error
        Access.objects.bulk_create(_accesses(client, plan.rows, devices), AT_ONCE)
        roll_up_later(client.pk, timezone.now())
    return len(devices)


def _devices(client: Client, rows: Iterable[Row]) -> list[Device]:
    rows = list(rows)
    places = {(one.site_id, one.name): one for one in Place.objects.filter(site__client=client)}
    wanted = {row.group for row in rows if row.group}
    known = set(client.groups.values_list("name", flat=True))
    DeviceGroup.objects.bulk_create(DeviceGroup(client=client, name=name) for name in sorted(wanted - known))
    groups = {one.name: one for one in client.groups.all()}
    return [
        Device(
            client=client,
            site=row.site,
            name=row.name,
            kind=row.kind,
            kind_by_person=row.kind != UNKNOWN_KIND,
            place=places.get((row.site.pk, row.place)),
            group=groups.get(row.group),
            roles=list(row.roles),
        )
        for row in rows
    ]


def _accesses(client: Client, rows: Iterable[Row], devices: Iterable[Device]) -> list[Access]:
    usable = client.credentials.exclude(state="withdrawn")
    credentials = {(one.site_id, one.name): one for one in usable}
    made = []
    for row, device in zip(rows, devices, strict=True):
        for told in row.accesses:
            credential = credentials.get((row.site.pk, told.credential))
            made.append(
                Access(
                    device=device,
                    transport=told.transport,
                    address=told.address,
                    port=told.port,
                    driver=told.driver,
                    credential=credential,
                    local_credential="" if credential else told.credential,
                )
            )
    return made
