"""People: who is here, what hangs on somebody, and the ways by which somebody's access ends. No way in is made here."""

from typing import Annotated, Literal

from django.db.models import Q
from django.http import Http404
from ninja import Router
from pydantic import AwareDatetime, Field

from server.accounts.actions import leaving, people, tokens
from server.accounts.actor import Forbidden
from server.accounts.hand_over import hanging_on
from server.accounts.models import ApiToken, Departure, DepartureItem, User
from server.accounts.people import all_people
from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.accounts.views.people import departures_of, person_of
from server.api.operations import operation
from server.api.said_no import Wrong
from server.api.shapes import Done, Limit, Paged, PageNumber, Shown, Sought, Told, Uid, UidIn, rows_of
from server.clients.models import Client

router = Router(tags=["people"])
PEOPLE, OWN = Right.MANAGE_USERS, Right.OWN_ACCOUNT
THINGS_COUNT = 500


class PersonShown(Shown):
    """A person of the MSP."""

    uid: str
    name: str
    email: str
    roles: list[str]
    all_clients: bool
    active: bool
    deactivated_at: AwareDatetime | None


class TokenShown(Shown):
    """A token for a program; the token itself was shown once, on its page."""

    uid: str
    name: str
    rights: list[str]
    all_clients: bool
    clients: list[str]
    made_at: AwareDatetime
    ends_at: AwareDatetime | None
    used_at: AwareDatetime | None
    ended_at: AwareDatetime | None


class ThingShown(Shown):
    """Something that hangs on a person."""

    kind: str
    uid: str
    name: str
    client: str


class TickShown(Shown):
    """Something that somebody knew who has left: to be changed."""

    uid: str
    kind: str
    name: str
    done_at: AwareDatetime | None
    done_by: str


class PersonWhole(Shown):
    """A person with the clients in their scope, their tokens, what hangs on them, and what is to be changed."""

    person: PersonShown
    clients: list[str]
    tokens: list[TokenShown]
    hanging: list[ThingShown]
    to_be_changed: list[TickShown]


class LeavingTold(Told):
    """Who takes over what hung on the person; nobody when it is left out."""

    to: UidIn | None = None


class Left(Shown):
    """How much is to be changed now, because a person knew it who has left."""

    to_be_changed_count: int


RoleName = Annotated[str, Field(max_length=32)]


@operation(router, "GET", "/people", "api_people", PEOPLE, Paged[PersonShown])
def people_list(
    request: SignedIn,
    role: RoleName = "",
    state: Literal["", "active", "gone"] = "",
    q: Sought = "",
    page: PageNumber = 1,
    limit: Limit = 50,
) -> Paged[PersonShown]:
    """Return everybody, the active first."""
    found = all_people().filter(Q(name__icontains=q) | Q(email__icontains=q)) if q else all_people()
    if state:
        found = found.filter(is_active=state == "active")
    if role:
        found = found.filter(roles__role=role)
    rows, count = rows_of(found, page, limit)
    return Paged(items=[_person(one) for one in rows], count=count, page=page, limit=limit)


@operation(router, "GET", "/people/{uid}", "api_person", PEOPLE, PersonWhole)
def person(request: SignedIn, uid: Uid) -> PersonWhole:
    """Return a person with all that hangs on them; at most 500 things of a kind."""
    user, known = person_of(uid), _known(request)
    hanging = [
        ThingShown(kind=one.kind.name, uid=thing.uid, name=thing.name, client=thing.client_uid)
        for one in hanging_on(user)
        for thing in list(one.things)[:THINGS_COUNT]
        if thing.client_uid in known
    ]
    items = [item for _departure, items, _left in departures_of(user) for item in items]
    clients = user.assignments.order_by("client__uid").values_list("client__uid", flat=True)
    return PersonWhole(
        person=_person(user),
        clients=[one for one in clients if one in known],
        tokens=[_token(one) for one in ApiToken.objects.filter(user=user).order_by("-made_at", "-pk")[:THINGS_COUNT]],
        hanging=hanging,
        to_be_changed=[_tick(one) for one in items if one.client_uid in known],
    )


@operation(router, "POST", "/people/{uid}/deactivate", "api_person_deactivate", PEOPLE, PersonShown)
def deactivate(request: SignedIn, uid: Uid) -> PersonShown:
    """End every way in of a person: sessions, tokens, links."""
    people.deactivate(request.actor, person_of(uid))
    return _person(person_of(uid))


@operation(router, "POST", "/people/{uid}/leaving", "api_person_leaving", PEOPLE, Left)
def leave(request: SignedIn, uid: Uid, told: LeavingTold) -> Left:
    """A person leaves: every way in ends, what hung on them is handed over, what they knew is listed to be changed."""
    if not request.actor.all_clients:
        raise Forbidden("it hands over at all clients: this needs all clients in scope")
    to = User.objects.filter(uid=told.to, is_active=True).first() if told.to else None
    if told.to and to is None:
        raise Wrong("to: there is no such person who is active")
    departure: Departure = leaving.leave(request.actor, person_of(uid), to)
    return Left(to_be_changed_count=departure.items.count())


@operation(router, "POST", "/to-change/{uid}/tick", "api_departure_tick", PEOPLE, TickShown)
def tick(request: SignedIn, uid: Uid) -> TickShown:
    """Note that one thing that a former colleague knew was changed."""
    items = DepartureItem.objects.select_related("departure__user").filter(uid=uid)
    item = items.first()
    if item is None or item.client_uid not in _known(request):
        raise Http404("there is no such thing")
    leaving.tick(request.actor, item)
    return _tick(items.get())


@operation(router, "GET", "/tokens", "api_tokens", OWN, list[TokenShown])
def own_tokens(request: SignedIn) -> list[TokenShown]:
    """Return your tokens, those in force first; at most 200."""
    found = ApiToken.objects.filter(user_id=request.actor.user_id or 0)
    return [_token(one) for one in found.order_by("ended_at", "-made_at")[:200]]


@operation(router, "POST", "/tokens/{uid}/end", "api_token_end", OWN, Done)
def end_token(request: SignedIn, uid: Uid) -> Done:
    """End a token of yours, or, with the right to manage people, of anybody."""
    tokens.end_token(request.actor, uid)
    return Done()


def _known(request: SignedIn) -> frozenset[str]:
    """Return the uids of the clients in scope, and '' for what belongs to none."""
    return frozenset({"", *Client.objects.seen_by(request.actor).values_list("uid", flat=True)})


def _person(one: User) -> PersonShown:
    return PersonShown(
        uid=one.uid, name=one.name, email=one.email, roles=sorted(one.role_names), all_clients=one.all_clients,
        active=one.is_active, deactivated_at=one.deactivated_at,
    )  # fmt: skip


def _token(one: ApiToken) -> TokenShown:
    return TokenShown(
        uid=one.uid, name=one.name, rights=one.rights, all_clients=one.all_clients, clients=one.clients,
        made_at=one.made_at, ends_at=one.ends_at, used_at=one.last_used_at, ended_at=one.ended_at,
    )  # fmt: skip


def _tick(one: DepartureItem) -> TickShown:
    return TickShown(uid=one.uid, kind=one.kind, name=one.name, done_at=one.done_at, done_by=one.done_by)
