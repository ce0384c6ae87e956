"""Readiness: which accesses work, what stays unknown because others do not, and what would mend them."""

from ninja import Router

from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.alignment.judging import settings_of
from server.api.operations import operation
from server.api.shapes import Limit, PageNumber, Shown, Uid
from server.api.shapes import rows_of as page_of
from server.clients.models import Device, DeviceState
from server.standards.library import in_force
from server.web.client_page import client_seen
from server.web.device_page import device_seen
from server.web.readiness_page import DeviceRow, Mend, joined, rows_of

router = Router(tags=["readiness"])


class AccessReady(Shown):
    """An access: whether it works, and which questions stay unknown because of it."""

    access: str
    transport: str
    address: str
    state: str
    text: str
    questions: list[str]


class DeviceReady(Shown):
    """A device with its accesses."""

    device: str
    name: str
    unknown_count: int
    accesses: list[AccessReady]


class MendShown(Shown):
    """What would mend accesses of one platform that went wrong alike: its own commands."""

    title: str
    commands: str
    devices: list[str]


class Ready(Shown):
    """Devices with their accesses, and what would mend those that do not work."""

    devices: list[DeviceReady]
    mends: list[MendShown]
    count: int
    page: int
    limit: int


@operation(router, "GET", "/clients/{uid}/readiness", "api_client_readiness", Right.SEE_CLIENTS, Ready)
def client_readiness(request: SignedIn, uid: Uid, page: PageNumber = 1, limit: Limit = 50) -> Ready:
    """Return the readiness of a client's devices in use, by name."""
    who = client_seen(request.actor, uid)
    in_use = joined(Device.objects.filter(client=who, state=DeviceState.IN_USE).order_by("name", "pk"))
    devices, count = page_of(in_use, page, limit)
    return _ready(*rows_of(devices, in_force().library, settings_of(who.pk)), count, page, limit)


@operation(router, "GET", "/devices/{uid}/readiness", "api_device_readiness", Right.SEE_CLIENTS, Ready)
def device_readiness(request: SignedIn, uid: Uid) -> Ready:
    """Return the readiness of one device."""
    one = device_seen(request.actor, uid)
    devices = list(joined(Device.objects.filter(pk=one.pk)))
    return _ready(*rows_of(devices, in_force().library, settings_of(one.client_id)), 1, 1, 1)


def _ready(rows: list[DeviceRow], mends: list[Mend], count: int, page: int, limit: int) -> Ready:
    devices = [
        DeviceReady(
            device=row.device.uid, name=row.device.name, unknown_count=row.unknown_count,
            accesses=[
                AccessReady(
                    access=one.access.uid, transport=one.access.transport, address=one.access.address,
                    state=one.access.state, text=one.access.text, questions=list(one.questions),
                )
                for one in row.accesses
            ],
        )
        for row in rows
    ]  # fmt: skip
    told = [MendShown(title=str(one.mending.title), commands=one.commands, devices=list(one.devices)) for one in mends]
    return Ready(devices=devices, mends=told, count=count, page=page, limit=limit)
