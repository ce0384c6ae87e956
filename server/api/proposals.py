"""What waits for a decision at a client: identity proposals, and what discoveries found."""

from collections.abc import Mapping
from typing import Annotated, Literal

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Router
from pydantic import AwareDatetime, Field

from server.access.actions import proposal
from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.api.operations import operation
from server.api.shapes import (
    Done,
    Kind,
    Limit,
    Line,
    Paged,
    PageNumber,
    Shown,
    Told,
    Transport,
    Uid,
    UidIn,
    rows_of,
)
from server.clients.actions import device as device_actions
from server.clients.actions.client import Refused
from server.clients.models import Client, DeviceProposal
from server.scans.models import FoundDevice
from server.web.client_page import client_seen
from server.web.found_page import AT_ONCE, leave_aside, take

router = Router(tags=["proposals"])
EDIT = Right.EDIT_DEVICES
PROBLEMS_COUNT = 200


class ProposalShown(Shown):
    """What identity marks propose: two devices are one, one has moved, or another device answers."""

    uid: str
    client: str
    kind: str
    device: str
    other: str
    mark: str
    text: str
    made_at: AwareDatetime


class Accepted(Told):
    """How a proposal is accepted. Merge: which is kept (else the proposal's device). Move: which accesses of the other
    device. Another device: why it is the known one."""

    kept: UidIn | None = None
    accesses: list[UidIn] = Field(default_factory=list, max_length=50)
    why: Annotated[str, Line(300, 0)] = ""


class FoundShown(Shown):
    """What a discovery saw at an address."""

    uid: str
    site: str
    address: str
    ports: list[int]
    sys_name: str
    sys_object_id: str
    sys_descr: str
    banner: str
    first_seen_at: AwareDatetime
    seen_at: AwareDatetime
    state: str
    device: str


class TakeTold(Told):
    """What is taken as devices: their kind, and a credential's name for each transport that answered."""

    found: list[UidIn] = Field(min_length=1, max_length=AT_ONCE)
    kind: Kind = device_actions.UNKNOWN_KIND
    credentials: dict[Transport, Annotated[str, Field(max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._@-]*$")]] = (
        Field(default_factory=dict)
    )


class LeaveTold(Told):
    """What is nothing to look after."""

    found: list[UidIn] = Field(min_length=1, max_length=AT_ONCE)


class Taken(Shown):
    """What became of something found: its device, or why it is none."""

    found: str
    device: str
    problem: str


@operation(router, "GET", "/clients/{uid}/proposals", "api_proposals", EDIT, Paged[ProposalShown])
def proposals(request: SignedIn, uid: Uid, page: PageNumber = 1, limit: Limit = 50) -> Paged[ProposalShown]:
    """Return what waits for a decision at a client, newest first."""
    mine = _open(request).filter(client=client_seen(request.actor, uid)).order_by("-made_at", "-pk")
    rows, count = rows_of(mine, page, limit)
    items = [
        ProposalShown(
            uid=one.uid, client=one.client.uid, kind=one.kind, device=one.device.uid,
            other=one.other.uid if one.other else "", mark=one.mark, text=one.text, made_at=one.made_at,
        )
        for one in rows
    ]  # fmt: skip
    return Paged(items=items, count=count, page=page, limit=limit)


@operation(router, "POST", "/proposals/{uid}/accept", "api_proposal_accept", EDIT, Done)
def accept(request: SignedIn, uid: Uid, told: Accepted) -> Done:
    """Do what a proposal says: merge, move, or take what answers for the known device."""
    one = get_object_or_404(_open(request), uid=uid)
    if one.kind == "merge":
        kept = next((device for device in (one.device, one.other) if device and device.uid == told.kept), None)
        if told.kept and kept is None:
            raise Refused("The kept one is neither of the two.")
        proposal.merge(request.actor, one, kept or one.device)
    elif one.kind == "move":
        proposal.move(request.actor, one, told.accesses)
    elif told.why.strip():
        device_actions.trust_again(request.actor, one.device, told.why.strip())
    else:
        raise Refused("Say why: the reason stays in the record.")
    return Done()


@operation(router, "POST", "/proposals/{uid}/dismiss", "api_proposal_dismiss", EDIT, Done)
def dismiss(request: SignedIn, uid: Uid) -> Done:
    """Decide that a proposal is wrong: nothing changes."""
    device_actions.dismiss(request.actor, get_object_or_404(_open(request), uid=uid))
    return Done()


@operation(router, "GET", "/clients/{uid}/found", "api_found", EDIT, Paged[FoundShown])
def found(
    request: SignedIn,
    uid: Uid,
    state: Literal["new", "taken", "ignored"] = "new",
    page: PageNumber = 1,
    limit: Limit = 50,
) -> Paged[FoundShown]:
    """Return what discoveries found at a client's sites."""
    mine = FoundDevice.objects.filter(site__client=client_seen(request.actor, uid), state=state)
    ordered = mine.select_related("site", "device").order_by("site__name", "address", "pk")
    rows, count = rows_of(ordered, page, limit)
    items = [
        FoundShown(
            uid=one.uid, site=one.site.uid, address=one.address, ports=one.ports, sys_name=one.sys_name,
            sys_object_id=one.sys_object_id, sys_descr=one.sys_descr, banner=one.banner,
            first_seen_at=one.first_seen_at, seen_at=one.seen_at, state=one.state,
            device=one.device.uid if one.device else "",
        )
        for one in rows
    ]  # fmt: skip
    return Paged(items=items, count=count, page=page, limit=limit)


@operation(router, "POST", "/clients/{uid}/found/take", "api_found_take", EDIT, list[Taken])
def take_in(request: SignedIn, uid: Uid, told: TakeTold) -> list[Taken]:
    """Make devices of what was found, each by itself, with an access for each port that answered."""
    chosen = _ticked(client_seen(request.actor, uid), told.found)
    return [_taken(request, one, told.kind, told.credentials) for one in chosen]


@operation(router, "POST", "/clients/{uid}/found/ignore", "api_found_ignore", EDIT, Done)
def ignore(request: SignedIn, uid: Uid, told: LeaveTold) -> Done:
    """Leave aside what was found and is nothing to look after."""
    who = client_seen(request.actor, uid)
    leave_aside(request.actor, who, _ticked(who, told.found))
    return Done()


def _open(request: SignedIn) -> QuerySet[DeviceProposal]:
    seen = DeviceProposal.objects.filter(client__in=Client.objects.seen_by(request.actor), decided_at=None)
    joined = [f"{side}__{part}" for side in ("device", "other") for part in ("client", "site", "place", "group")]
    return seen.select_related("client", *joined)


def _ticked(who: Client, uids: list[str]) -> list[FoundDevice]:
    """Return what was named; raises Refused when one of it is not of this client."""
    mine = list(
        FoundDevice.objects.filter(site__client=who, uid__in=uids).select_related("site__client").order_by("pk")
    )
    if len(mine) != len(set(uids)):
        raise Refused("Some of it was not found at this client.")
    return mine


def _taken(request: SignedIn, one: FoundDevice, kind: str, credentials: Mapping[Transport, str]) -> Taken:
    try:
        made = take(request.actor, one, kind, {str(name): told for name, told in credentials.items()})
    except Refused as refused:
        return Taken(found=one.uid, device="", problem=str(refused))
    return Taken(found=one.uid, device=made.uid, problem="")
