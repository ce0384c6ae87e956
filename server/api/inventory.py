"""What a client has beside its devices: groups, statements of absence, proposals, what was found, lists read in."""

from datetime import date
from typing import Annotated

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Path, Router
from pydantic import AwareDatetime, Field

from server.access.actions import group as group_actions
from server.access.actions import importing
from server.access.import_file import FILE_BYTES, plan_of
from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.api.operations import MADE, operation
from server.api.shapes import (
    Day,
    DeviceClass,
    Done,
    Limit,
    Name,
    Paged,
    PageNumber,
    Shown,
    Told,
    Uid,
    rows_of,
)
from server.clients.actions import client as client_actions
from server.clients.models import Client, DeviceGroup, InventoryStatement
from server.web.client_page import client_seen

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
    until: Day


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
