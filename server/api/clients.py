"""Clients and their sites."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.shortcuts import get_object_or_404
from ninja import Router
from pydantic import AwareDatetime, Field

from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.api.operations import MADE, operation
from server.api.shapes import Limit, Name, Note, Paged, PageNumber, Shown, Sought, TimeZone, Told, Uid, Word, rows_of
from server.clients.actions import client as actions
from server.clients.models import Client, Site
from server.web.client_page import client_seen

router = Router(tags=["clients"])


class SiteShown(Shown):
    """A site of a client."""

    uid: str
    name: str
    time_zone: str
    places: list[str]
    retired_at: AwareDatetime | None


class ClientShown(Shown):
    """A client."""

    uid: str
    name: str
    time_zone: str
    tags: list[str]
    state: str
    note: str
    made_at: AwareDatetime


class ClientTold(Told):
    """What is said of a client."""

    name: Name
    time_zone: TimeZone
    tags: list[Word] = Field(default_factory=list)
    note: Note = ""


class NewClient(Told):
    """A client with its first site."""

    name: Name
    time_zone: TimeZone
    site: Name
    tags: list[Word] = Field(default_factory=list)


class SiteTold(Told):
    """What is said of a site; places that are left out go."""

    name: Name
    time_zone: TimeZone
    places: list[Name] = Field(default_factory=list)


def client_shown(one: Client) -> ClientShown:
    """Return a client as programs are told; give it with its tags prefetched."""
    tags = sorted(tag.name for tag in one.tags.all())
    return ClientShown(
        uid=one.uid, name=one.name, time_zone=one.time_zone, tags=tags, state=one.state, note=one.note,
        made_at=one.made_at,
    )  # fmt: skip


def site_shown(one: Site) -> SiteShown:
    """Return a site as programs are told; give it with its places prefetched."""
    places = sorted(place.name for place in one.places.all())
    return SiteShown(uid=one.uid, name=one.name, time_zone=one.time_zone, places=places, retired_at=one.retired_at)


@contextmanager
def own_name(what: str) -> Iterator[None]:
    """Refuse a name that another one bears already; nothing of the action remains."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise actions.Refused(f"{what} of this name is there already.") from error


def site_seen(request: SignedIn, uid: str) -> Site:
    """Return a site of a client in scope; raises Http404."""
    seen = Site.objects.filter(client__in=Client.objects.seen_by(request.actor)).select_related("client")
    return get_object_or_404(seen, uid=uid)


@operation(router, "GET", "/clients", "api_clients", Right.SEE_CLIENTS, Paged[ClientShown])
def clients(request: SignedIn, q: Sought = "", page: PageNumber = 1, limit: Limit = 50) -> Paged[ClientShown]:
    """Return the clients in scope by name; `q` looks in names and tags."""
    seen = Client.objects.seen_by(request.actor).order_by("name")
    if q:
        seen = seen.filter(Q(name__icontains=q) | Q(tags__name__icontains=q)).distinct()
    rows, count = rows_of(seen.prefetch_related("tags"), page, limit)
    return Paged(items=[client_shown(one) for one in rows], count=count, page=page, limit=limit)


@operation(router, "POST", "/clients", "api_client_add", Right.EDIT_CLIENTS, ClientShown, MADE)
def add(request: SignedIn, told: NewClient) -> ClientShown:
    """Add a client with its first site."""
    with own_name("A client"):
        return client_shown(actions.add_client(request.actor, told.name, told.time_zone, told.site, told.tags))


@operation(router, "GET", "/clients/{uid}", "api_client", Right.SEE_CLIENTS, ClientShown)
def client(request: SignedIn, uid: Uid) -> ClientShown:
    """Return a client."""
    return client_shown(client_seen(request.actor, uid))


@operation(router, "POST", "/clients/{uid}", "api_client_change", Right.EDIT_CLIENTS, ClientShown)
def change(request: SignedIn, uid: Uid, told: ClientTold) -> ClientShown:
    """Change a client's details."""
    one = client_seen(request.actor, uid)
    with own_name("A client"):
        actions.change_client(request.actor, one, told.name, told.time_zone, told.tags, told.note)
    return client_shown(client_seen(request.actor, uid))


@operation(router, "GET", "/clients/{uid}/sites", "api_sites", Right.SEE_CLIENTS, Paged[SiteShown])
def sites(request: SignedIn, uid: Uid, page: PageNumber = 1, limit: Limit = 50) -> Paged[SiteShown]:
    """Return the sites of a client."""
    mine = client_seen(request.actor, uid).sites.order_by("name").prefetch_related("places")
    rows, count = rows_of(mine, page, limit)
    return Paged(items=[site_shown(one) for one in rows], count=count, page=page, limit=limit)


@operation(router, "POST", "/clients/{uid}/sites", "api_site_add", Right.EDIT_CLIENTS, SiteShown, MADE)
def add_site(request: SignedIn, uid: Uid, told: SiteTold) -> SiteShown:
    """Add a site with its places."""
    who = client_seen(request.actor, uid)
    with own_name("A site"):
        made = actions.add_site(request.actor, who, told.name, told.time_zone)
        if told.places:
            actions.change_site(request.actor, made, told.name, told.time_zone, told.places)
    return site_shown(made)


@operation(router, "GET", "/sites/{uid}", "api_site", Right.SEE_CLIENTS, SiteShown)
def site(request: SignedIn, uid: Uid) -> SiteShown:
    """Return a site."""
    return site_shown(site_seen(request, uid))


@operation(router, "POST", "/sites/{uid}", "api_site_change", Right.EDIT_CLIENTS, SiteShown)
def change_site(request: SignedIn, uid: Uid, told: SiteTold) -> SiteShown:
    """Change a site and its places."""
    one = site_seen(request, uid)
    with own_name("A site"):
        actions.change_site(request.actor, one, told.name, told.time_zone, told.places)
    return site_shown(site_seen(request, uid))
