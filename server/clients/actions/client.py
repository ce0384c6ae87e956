"""Clients: add, change, who sees them, and what a person states about them."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from rules.kinds import DEVICE_KINDS
from rules.quantities import months_from
from rules.rollup import LONGEST_MONTHS
from server.accounts.acting import acting
from server.accounts.actor import Actor
from server.accounts.models import User
from server.accounts.rights import Right
from server.clients.due import roll_up_later
from server.clients.models import Client, ClientAssignment, ClientState, InventoryStatement, Place, Site, Tag


class Refused(ValueError):
    """What was asked cannot be done; the text says why, for the person who asked."""


def add_client(by: Actor, name: str, time_zone: str, site: str, tags: Iterable[str] = ()) -> Client:
    """Return a new client with its first site; whoever adds it sees it."""
    with acting(by, Right.EDIT_CLIENTS, "client added") as act:
        client = Client.objects.create(name=name, time_zone=time_zone)
        client.tags.set(_tags(tags))
        Site.objects.create(client=client, name=site, time_zone=time_zone)
        if by.user_id is not None and not by.all_clients:
            ClientAssignment.objects.create(user_id=by.user_id, client=client)
        act.about, act.client_uid = client, client.uid
        act.details |= {"site": site, "time_zone": time_zone}
    return client


def change_client(by: Actor, client: Client, name: str, time_zone: str, tags: Iterable[str], note: str) -> None:
    """Change a client's details; the note is internal and never leaves the MSP."""
    _in_use(client)
    with acting(
        by, Right.EDIT_CLIENTS, "client changed", client_id=client.pk, client_uid=client.uid, about=client
    ) as act:
        told = {"name": name, "time_zone": time_zone, "tags": sorted(tags)}
        act.details |= {"before": {"name": client.name, "time_zone": client.time_zone}, "after": told}
        Client.objects.filter(pk=client.pk).update(name=name, time_zone=time_zone, note=note)
        client.tags.set(_tags(told["tags"]))


def add_site(by: Actor, client: Client, name: str, time_zone: str) -> Site:
    """Return a new site of a client."""
    _in_use(client)
    with acting(by, Right.EDIT_CLIENTS, "site added", client_id=client.pk, client_uid=client.uid) as act:
        site = Site.objects.create(client=client, name=name, time_zone=time_zone)
        act.about = site
    return site


def change_site(by: Actor, site: Site, name: str, time_zone: str, places: Iterable[str]) -> None:
    """Change a site; places that are left out go, their devices stay without one."""
    client = site.client
    _in_use(client)
    with acting(by, Right.EDIT_CLIENTS, "site changed", client_id=client.pk, client_uid=client.uid, about=site) as act:
        wanted = list(dict.fromkeys(place.strip() for place in places if place.strip()))
        act.details |= {"name": name, "time_zone": time_zone, "places": wanted}
        Site.objects.filter(pk=site.pk).update(name=name, time_zone=time_zone)
        site.places.exclude(name__in=wanted).delete()
        known = set(site.places.values_list("name", flat=True))
        Place.objects.bulk_create(Place(site=site, name=place) for place in wanted if place not in known)


def state_none(by: Actor, client: Client, kind: str, until: date, today: date) -> InventoryStatement:
    """Return a person's statement that the client has no device of a kind; raises Refused beyond twelve months."""
    _in_use(client)
    latest = months_from(today, LONGEST_MONTHS)
    if kind not in DEVICE_KINDS:
        raise Refused(_("There is no such kind of device."))
    if not today <= until <= latest:
        raise Refused(_("A statement holds for at most 12 months: until %(day)s.") % {"day": latest})
    with acting(
        by, Right.EDIT_DEVICES, "absence stated", client_id=client.pk, client_uid=client.uid, about=client
    ) as act:
        act.details |= {"kind": kind, "until": until.isoformat()}
        client.statements.filter(kind=kind, withdrawn_at=None).update(withdrawn_at=timezone.now())
        roll_up_later(client.pk, timezone.now())
        return InventoryStatement.objects.create(client=client, kind=kind, by=by.name, until=until)


def withdraw_statement(by: Actor, statement: InventoryStatement) -> None:
    """Take a statement back; it stays in the record."""
    client = statement.client
    with acting(
        by, Right.EDIT_DEVICES, "statement withdrawn", client_id=client.pk, client_uid=client.uid, about=client
    ) as act:
        act.details["kind"] = statement.kind
        InventoryStatement.objects.filter(pk=statement.pk, withdrawn_at=None).update(withdrawn_at=timezone.now())
        roll_up_later(client.pk, timezone.now())


def assign(by: Actor, client: Client, people: Iterable[User]) -> None:
    """Say which people have the client in their scope, beside those who have all."""
    with acting(
        by, Right.MANAGE_USERS, "client assigned", client_id=client.pk, client_uid=client.uid, about=client
    ) as act:
        wanted = {one.pk: one for one in people}
        act.details["people"] = sorted(one.name for one in wanted.values())
        client.assignments.exclude(user_id__in=wanted).delete()
        known = set(client.assignments.values_list("user_id", flat=True))
        ClientAssignment.objects.bulk_create(
            ClientAssignment(user=one, client=client) for key, one in wanted.items() if key not in known
        )


def _tags(names: Iterable[str]) -> list[Tag]:
    wanted = {name.strip()[:60] for name in names if name.strip()}
    return [Tag.objects.get_or_create(name=name)[0] for name in sorted(wanted)]


def _in_use(client: Client) -> None:
    if client.state == ClientState.LEFT:
        raise Refused(_("This client has left: what is kept of it is read-only."))
