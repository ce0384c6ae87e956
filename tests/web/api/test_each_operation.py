"""Every operation of the API: its right, its scope, and a constant number of queries."""

import re
from collections.abc import Iterator
from typing import Final

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from server.accounts.rights import Right, Role
from server.accounts.routes import POLICIES
from server.accounts.token_auth import NEVER
from server.api.urls import described
from server.clients.models import Client, Site
from tests.seeding import Planted, plant_client
from tests.web.api.conftest import Program
from tests.web.conftest import MakePerson, signed_in
from tests.web.world import AT, MISSING, UNKNOWN_NUMBER, World, plant_world

pytestmark = pytest.mark.django_db
OF_CLIENT: Final = {
    "clients", "sites", "devices", "accesses", "credentials", "agents", "runs", "jobs", "exceptions", "blackouts",
    "groups", "proposals", "visits",
}  # fmt: skip
"""What belongs to a client: another client's id is a 404."""
MORE: Final = tuple(Planted(f"UPS-{number}", "apc_powernet/smart_ups_on_line", "snmp") for number in range(4))


def operations() -> Iterator[tuple[str, str, str]]:
    """Yield method, path and name of each operation."""
    paths: dict[str, dict[str, dict[str, str]]] = described()["paths"]  # type: ignore[assignment]
    for path, methods in paths.items():
        for method, told in methods.items():
            yield method.upper(), path, told["operationId"]


def filled(path: str, places: dict[tuple[str, str], str]) -> str:
    """Return a path with an id in each of its places."""
    parts = path.split("/")
    for at, part in enumerate(parts):
        if part.startswith("{"):
            parts[at] = places[parts[at - 1], part.strip("{}")]
    return "/".join(parts)


def own(world: World) -> dict[tuple[str, str], str]:
    return {**world.shared, **world.own.by_place}


def ask(browser: Browser, method: str, path: str, body: str = "{}") -> tuple[int, str]:
    if method == "GET":
        response = browser.get(path + ("?q=a" if path.endswith("/search") else ""))
    else:
        response = browser.post(path, body, content_type="application/json")
    return response.status_code, response.content.decode()


def test_every_operation_needs_its_right(program: Program) -> None:
    world = plant_world()
    let_in = []
    for method, path, name in operations():
        right = POLICIES[name].right
        others = frozenset(Right) - NEVER - {right}
        status, told = ask(program(*others), method, filled(path, own(world)))
        if (status, str(right) in told) != (403, True):
            let_in.append((name, status, told[:80]))
    assert let_in == []


def test_a_foreign_thing_is_not_there(make_person: MakePerson) -> None:
    world = plant_world()
    browser = signed_in(make_person(Role.ADMINISTRATOR, clients=(world.own.client,)))
    foreign = {**world.shared, **world.other.by_place}
    nowhere = {place: UNKNOWN_NUMBER if place[1] == "number" else MISSING for place in foreign}
    nowhere["standards", "standard_id"] = foreign["standards", "standard_id"]
    reached = []
    for method, path, name in operations():
        wanted = re.findall(r"/([a-z-]+)/\{", path)
        if wanted and wanted[0] in OF_CLIENT:
            status, told = ask(browser, method, filled(path, foreign))
            missing = ask(browser, method, filled(path, nowhere))
            if status not in {404, 422} or (status == 404 and missing[1] != told):
                reached.append((name, status, told[:80]))
    assert reached == []


def test_a_list_of_everything_holds_nothing_of_another_client(make_person: MakePerson) -> None:
    world = plant_world()
    browser = signed_in(make_person(Role.ADMINISTRATOR, clients=(world.own.client,)))
    hidden = {
        uid for (part, _name), uid in world.other.by_place.items() if part in OF_CLIENT and len(uid) == len(MISSING)
    }
    seen = []
    for method, path, name in operations():
        if method == "GET":
            _status, told = ask(browser, method, filled(path, own(world)))
            seen += [(name, uid) for uid in hidden if uid in told]
    assert seen == []


def test_no_reading_operation_asks_more_for_more(browser: Browser) -> None:
    world = plant_world()
    gets = [(path, name) for method, path, name in operations() if method == "GET"]
    few = {name: _queries(browser, filled(path, own(world))) for path, name in gets}
    _grow(world)
    many = {name: _queries(browser, filled(path, own(world))) for path, name in gets}
    assert {name: (few[name], many[name]) for name in few if many[name] > few[name]} == {}


def _grow(world: World) -> None:
    """Plant more of what lists hold: clients, devices, accesses, findings."""
    plant_client("Pelham Dental", AT, MORE, weeks_count=2)
    client = world.own.client
    site = Site.objects.get(client=client)
    for number in range(5):
        device = client.devices.create(site=site, name=f"SW-{number}", kind="switch", group=client.groups.first())
        device.accesses.create(transport="snmp", address=f"10.20.0.{number + 100}", state="closed")
        client.credentials.create(site=site, name=f"more-{number}", kind="ssh", secrets=["password"])
        site.found.create(address=f"10.20.1.{number}", device=device)
        client.proposals.create(device=device, other=client.devices.first(), kind="move", mark="serial", text="moved")
    Client.objects.create(name="Empty Ltd")


def _queries(browser: Browser, path: str) -> int:
    ask(browser, "GET", path)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        ask(browser, "GET", path)
    return len(asked)
