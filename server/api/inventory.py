"""What a client has beside its devices: groups, statements of absence, proposals, what was found, lists read in."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Path, Router
from pydantic import AwareDatetime, Field

from server.access.actions import group as group_actions
from server.access.actions import importing, proposal
from server.access.import_file import FILE_BYTES, plan_of
from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.api.operations import MADE, operation
from server.api.shapes import DeviceClass, Done, Kind, Limit, Name, Paged, PageNumber, Shown, Told, Transport, Uid, UidIn, rows_of
from server.clients.actions import client as client_actions
from server.clients.actions import device as device_actions
from server.clients.actions.client import Refused
from server.clients.models import Client, DeviceGroup, DeviceProposal, InventoryStatement
from server.scans.models import FoundDevice
from server.web.client_page import client_seen
from server.web.found_page import AT_ONCE, leave_aside, take

router = Router(tags=["inventory"])
EDIT = Right.EDIT_DEVICES
PROBLEMS_COUNT = 200


class GroupShown(Shown):
    """Devices that count once: an HA pair, a cluster, a stack."""

    uid: str
    client: str
    name: str
    devices: list[str]


class GroupTold(Told):
    """A group's name."""

    name: Name


class StatementShown(Shown):
    """A person's statement that a client has none of a kind."""

    number: int
    kind: str
    by: str
    said_at: AwareDatetime
    until: date


class StatementTold(Told):
    """That the client has none of a kind, until a day within twelve months."""

    kind: DeviceClass
    until: date


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
    why: Annotated[str, Field(max_length=300)] = ""


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


class ListTold(Told):
    """Devices as CSV text with a first line of column names; `only_check` adds nothing."""

    text: str = Field(min_length=1, max_length=FILE_BYTES)
    only_check: bool = False


class ListProblem(Shown):
    """What is wrong in one line, and who mends it."""

    line: int
    what: str
    who: str


class ListRead(Shown):
    """How many devices a list holds and how many were added: all, or none while there is a problem."""

    devices_count: int
    accesses_count: int
    added_count: int
    problems: list[ListProblem]
    problems_count: int


@operation(router, "GET", "/clients/{uid}/groups", "api_groups", EDIT, Paged[GroupShown])
def groups(request: SignedIn, uid: Uid, page: PageNumber = 1, limit: Limit = 50) -> Paged[GroupShown]:
    """Return the groups of a client with their devices."""
    mine = DeviceGroup.objects.filter(client=client_seen(request.actor, uid)).select_related("client")
    rows, count = rows_of(mine.prefetch_related("devices").order_by("name"), page, limit)
    return Paged(items=[_group(one) for one in rows], count=count, page=page, limit=limit)


@operation(router, "POST", "/groups/{uid}", "api_group_change", EDIT, GroupShown)
def rename_group(request: SignedIn, uid: Uid, told: GroupTold) -> GroupShown:
    """Give a group another name."""
    group_actions.rename(request.actor, _group_seen(request, uid), told.name)
    return _group(_group_seen(request, uid))


@operation(router, "POST", "/groups/{uid}/dissolve", "api_group_dissolve", EDIT, Done)
def dissolve_group(request: SignedIn, uid: Uid) -> Done:
    """Let the devices of a group count by themselves again."""
    group_actions.dissolve(request.actor, _group_seen(request, uid))
    return Done()


@operation(router, "GET", "/clients/{uid}/statements", "api_statements", Right.SEE_CLIENTS, list[StatementShown])
def statements(request: SignedIn, uid: Uid) -> list[StatementShown]:
    """Return what people state that a client has none of, the first to end first."""
    who = client_seen(request.actor, uid)
    standing = who.statements.filter(withdrawn_at=None, until__gte=timezone.localdate()).order_by("until", "pk")
    return [_statement(one) for one in standing]


@operation(router, "POST", "/clients/{uid}/statements", "api_statement_add", EDIT, StatementShown, MADE)
def state(request: SignedIn, uid: Uid, told: StatementTold) -> StatementShown:
    """State that a client has none of a kind."""
    who = client_seen(request.actor, uid)
    made = client_actions.state_none(request.actor, who, told.kind, told.until, timezone.localdate())
    return _statement(made)


@operation(router, "POST", "/clients/{uid}/statements/{number}/withdraw", "api_statement_withdraw", EDIT, Done)
def withdraw(request: SignedIn, uid: Uid, number: Annotated[int, Path(ge=1, le=2**53)]) -> Done:
    """Take a statement back; it stays in the record."""
    mine = InventoryStatement.objects.filter(client=client_seen(request.actor, uid)).select_related("client")
    client_actions.withdraw_statement(request.actor, get_object_or_404(mine, pk=number))
    return Done()


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


@operation(router, "POST", "/clients/{uid}/devices/import", "api_device_import", EDIT, ListRead)
def read_list(request: SignedIn, uid: Uid, told: ListTold) -> ListRead:
    """Add the devices of a CSV text: all of them, or none while a line has a problem."""
    who = client_seen(request.actor, uid)
    plan = plan_of(told.text, importing.known_of(who))
    adds = not told.only_check and not plan.problems
    return ListRead(
        devices_count=len(plan.rows),
        accesses_count=plan.accesses_count,
        added_count=importing.import_devices(request.actor, who, plan, told.text) if adds else 0,
        problems=[ListProblem(line=one.line, what=one.what, who=one.who) for one in plan.problems[:PROBLEMS_COUNT]],
        problems_count=len(plan.problems),
    )


def _group(one: DeviceGroup) -> GroupShown:
    return GroupShown(
        uid=one.uid, client=one.client.uid, name=one.name, devices=sorted(device.uid for device in one.devices.all())
    )  # fmt: skip


def _group_seen(request: SignedIn, uid: str) -> DeviceGroup:
    seen = DeviceGroup.objects.filter(client__in=Client.objects.seen_by(request.actor)).select_related("client")
    return get_object_or_404(seen, uid=uid)


def _statement(one: InventoryStatement) -> StatementShown:
    return StatementShown(number=one.pk, kind=one.kind, by=one.by, said_at=one.said_at, until=one.until)


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
