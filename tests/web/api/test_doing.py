"""What programs do over the API, apart from credentials: plans, problems, inventory, people; and how it is counted."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from server.accounts.models import ApiToken, User
from server.accounts.rights import Right, Role
from server.clients.models import Client, Device, DeviceGroup, DeviceProposal, Site
from server.notices.models import Affected, Notice, Problem, Switch, Webhook
from server.observing import REQUESTS
from server.scans.models import Blackout, FoundDevice, NextScan, ScanPlan
from tests.web.api.conftest import Program, post
from tests.web.conftest import MakePerson, signed_in
from tests.web.scans.conftest import NIGHTLY as RULE
from tests.web.scans.conftest import make_agent

pytestmark = pytest.mark.django_db
NIGHTLY: dict[str, object] = {"name": "Nights", "rule": RULE, "all_clients": True}


def counted(route: str, method: str, status: str) -> float:
    return float(REQUESTS.labels(route, method, status)._value.get())


def test_a_request_is_counted_under_its_operations_own_name(program: Program, site: Site) -> None:
    before = counted("api_device_add", "POST", "403"), counted("api_devices", "POST", "403")
    post(program(Right.SEE_CLIENTS), "/api/v1/devices", {})
    after = counted("api_device_add", "POST", "403"), counted("api_devices", "POST", "403")
    assert after == (before[0] + 1, before[1])


def test_a_plan_is_previewed_made_changed_and_removed(program: Program, site: Site) -> None:
    asking = program()
    shown = post(asking, "/api/v1/plans/preview", NIGHTLY)[1]
    assert (shown["clients_count"], shown["added_count"], ScanPlan.objects.count()) == (1, 1, 0)
    status, made = post(asking, "/api/v1/plans", NIGHTLY)
    assert (status, made["in_words"], NextScan.objects.count()) == (201, "every day at 20:00", 1)
    effect = post(asking, f"/api/v1/plans/{made['uid']}/preview", {**NIGHTLY, "active": False})[1]
    assert effect["dropped_count"] == 1
    post(asking, f"/api/v1/plans/{made['uid']}", {**NIGHTLY, "active": False})
    assert NextScan.objects.count() == 0
    post(asking, f"/api/v1/plans/{made['uid']}/remove")
    assert ScanPlan.objects.count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"rule": "FREQ=SECONDLY"},
        {"rule": "nonsense"},
        {"window_minutes": 5},
        {"kinds": ["toaster"]},
        {"networks": ["10.0.0.0/8", "policy"]},
        {"made_up": 1},
    ],
)
def test_a_plan_that_cannot_be_is_refused(program: Program, wrong: dict[str, object]) -> None:
    assert post(program(), "/api/v1/plans", {**NIGHTLY, **wrong})[0] == 422


def test_a_token_for_some_clients_makes_no_plan(program: Program, site: Site) -> None:
    limited = program(Right.EDIT_PLANS, clients=(site.client,))
    assert [post(limited, f"/api/v1/plans{path}", NIGHTLY)[0] for path in ("", "/preview")] == [403, 403]


def test_a_client_is_left_out_of_a_plan_and_comes_back(program: Program, site: Site) -> None:
    asking, plan = program(), ScanPlan.objects.create(all_clients=True, name="N", rule=RULE)
    url = f"/api/v1/plans/{plan.uid}/exceptions"
    status, made = post(asking, url, {"client": site.client.uid, "why": "holidays"})
    assert (status, made["client"], NextScan.objects.count()) == (201, site.client.uid, 0)
    post(asking, f"/api/v1/exceptions/{made['uid']}/end")
    assert NextScan.objects.count() == 1


def test_a_blackout_is_made_and_called_off(program: Program, site: Site) -> None:
    asking, now = program(), timezone.now()
    told = {
        "client": site.client.uid, "site": site.uid, "why": "move",
        "begins_at": (now + timedelta(hours=1)).isoformat(), "ends_at": (now + timedelta(hours=9)).isoformat(),
    }  # fmt: skip
    status, made = post(asking, "/api/v1/blackouts", told)
    assert (status, made["site"]) == (201, site.uid)
    post(asking, f"/api/v1/blackouts/{made['uid']}/end")
    assert not Blackout.objects.exists()


def test_a_blackout_everywhere_needs_all_clients(program: Program, site: Site) -> None:
    now = timezone.now()
    told = {"why": "x", "begins_at": now.isoformat(), "ends_at": (now + timedelta(hours=1)).isoformat()}
    assert post(program(Right.EDIT_PLANS, clients=(site.client,)), "/api/v1/blackouts", told)[0] == 403


def test_a_problem_is_taken_noted_snoozed_and_woken(program: Program, site: Site) -> None:
    asking = program()
    one = Problem.objects.create(cause="access denied|ssh|admin", title="Denied", acts="we")
    Affected.objects.create(problem=one, client=site.client, devices_count=3, since=timezone.now())
    url = f"/api/v1/problems/{one.uid}"
    assert post(asking, f"{url}/take")[1]["owner"] == "Person 1"
    assert post(asking, f"{url}/note", {"text": "asked the client"})[1]["note"] == "asked the client"
    until = (timezone.now() + timedelta(days=3)).isoformat()
    assert post(asking, f"{url}/snooze", {"until": until})[0] == 200
    assert asking.get("/api/v1/problems").json()["count"] == 0
    assert post(asking, f"{url}/wake")[1]["snoozed_until"] is None
    late = (timezone.now() + timedelta(days=99)).isoformat()
    assert post(asking, f"{url}/snooze", {"until": late})[0] == 409


def test_a_person_reads_their_inbox_and_switches_a_kind_off(make_person: MakePerson) -> None:
    tam = make_person(Role.TAM)
    Notice.objects.create(user=tam, kind="new_device", title="1 new device", key="one")
    browser = signed_in(tam)
    assert browser.get("/api/v1/inbox?show=unread").json()["count"] == 1
    assert post(browser, "/api/v1/inbox/read")[1] == {"count": 1}
    post(browser, "/api/v1/switches", {"kinds": {"new_device": {"inbox": True, "mail": False}}})
    assert not Switch.objects.get(user=tam).mail


def test_no_token_reads_an_inbox(program: Program) -> None:
    assert program().get("/api/v1/inbox").status_code == 403


def test_what_was_found_becomes_a_device_or_is_left_aside(program: Program, site: Site) -> None:
    asking = program()
    rows = [FoundDevice.objects.create(site=site, address=f"10.20.0.{n}", ports=[161, 22]) for n in (7, 8)]
    url = f"/api/v1/clients/{site.client.uid}/found"
    taken = asking.post(
        f"{url}/take",
        {"found": [rows[0].uid], "kind": "switch", "credentials": {"snmp": "snmp-ro"}},
        content_type="application/json",
    ).json()
    device = Device.objects.get(uid=taken[0]["device"])
    assert (device.kind, {one.transport for one in device.accesses.all()}) == ("switch", {"snmp", "ssh"})
    post(asking, f"{url}/ignore", {"found": [rows[1].uid]})
    assert set(FoundDevice.objects.values_list("state", flat=True)) == {"taken", "ignored"}


def test_what_another_client_found_is_not_taken(program: Program, site: Site) -> None:
    other = Site.objects.create(client=Client.objects.create(name="Pelham Dental"), name="Main")
    row = FoundDevice.objects.create(site=other, address="10.20.0.7", ports=[161])
    status, _told = post(program(), f"/api/v1/clients/{site.client.uid}/found/take", {"found": [row.uid]})
    assert (status, Device.objects.count()) == (409, 0)


def test_two_devices_become_one_and_a_wrong_proposal_is_dismissed(program: Program, site: Site) -> None:
    asking = program()
    one, other = (Device.objects.create(client=site.client, site=site, name=name) for name in ("SW-1", "SW-01"))
    merge = DeviceProposal.objects.create(client=site.client, device=one, other=other, kind="merge", mark="s", text="t")
    move = DeviceProposal.objects.create(client=site.client, device=one, kind="move", mark="s", text="t")
    assert post(asking, f"/api/v1/proposals/{merge.uid}/accept", {"kept": other.uid})[0] == 200
    assert Device.objects.get(pk=one.pk).state == "retired"
    assert post(asking, f"/api/v1/proposals/{move.uid}/dismiss")[0] in {200, 404}
    assert not DeviceProposal.objects.filter(decided_at=None).exists()


def test_groups_and_statements_are_kept(program: Program, site: Site) -> None:
    asking = program()
    group = DeviceGroup.objects.create(client=site.client, name="Pair")
    assert post(asking, f"/api/v1/groups/{group.uid}", {"name": "HA pair"})[1]["name"] == "HA pair"
    assert post(asking, f"/api/v1/groups/{group.uid}/dissolve")[0] == 200
    url = f"/api/v1/clients/{site.client.uid}/statements"
    until = (timezone.localdate() + timedelta(days=30)).isoformat()
    status, made = post(asking, url, {"kind": "nas", "until": until})
    assert (status, [one["kind"] for one in asking.get(url).json()]) == (201, ["nas"])
    post(asking, f"{url}/{made['number']}/withdraw")
    assert asking.get(url).json() == []


def test_a_list_of_devices_is_read_whole_or_not_at_all(program: Program, site: Site) -> None:
    asking, url = program(), f"/api/v1/clients/{site.client.uid}/devices/import"
    good, bad = "name,kind\nSW-1,switch\nSW-2,switch\n", "name,kind\nSW-1,switch\nSW-2,toaster\n"
    refused = post(asking, url, {"text": bad})[1]
    assert (refused["added_count"], refused["problems_count"], Device.objects.count()) == (0, 1, 0)
    assert post(asking, url, {"text": good, "only_check": True})[1]["added_count"] == 0
    assert post(asking, url, {"text": good})[1]["added_count"] == 2


def test_a_device_gets_a_place_of_its_site_alone(program: Program, site: Site) -> None:
    asking = program()
    site.places.create(name="Server room")
    told = {"site": site.uid, "name": "SW-1", "place": "Server room"}
    assert post(asking, "/api/v1/devices", told)[1]["place"] == "Server room"
    assert post(asking, "/api/v1/devices", {**told, "name": "SW-2", "place": "Cellar"})[0] == 422


def test_a_person_who_leaves_has_no_way_in_and_nobody_gets_one_here(program: Program, make_person: MakePerson) -> None:
    asking, leaver = program(), make_person(Role.TAM)
    ApiToken.objects.create(user=leaver, name="mine", sha256="a" * 64)
    assert post(asking, f"/api/v1/people/{leaver.uid}/leaving", {})[0] == 200
    assert not User.objects.get(pk=leaver.pk).is_active
    told = asking.get(f"/api/v1/people/{leaver.uid}").json()
    assert (told["person"]["active"], [one["ended_at"] is None for one in told["tokens"]]) == (False, [False])


def test_the_last_administrator_stays(program: Program, administrator: User) -> None:
    status, _problem = post(program(), f"/api/v1/people/{administrator.uid}/deactivate")
    assert (status, User.objects.get(pk=administrator.pk).is_active) == (409, True)


def test_a_webhooks_secret_is_never_told(program: Program) -> None:
    Webhook.objects.create(url="https://hooks.example/x", secret="signs-everything")
    assert b"signs-everything" not in program().get("/api/v1/webhooks").content


def test_agents_are_approved_together_by_what_the_rmm_printed(program: Program, site: Site) -> None:
    from server.agents.actions import fingerprint
    from server.agents.models import AgentState

    agent = make_agent(site, AgentState.PENDING)
    text = f"KESTREL-MGMT: {fingerprint(agent).upper()} ok"
    checked = post(program(), "/api/v1/agents/approve", {"text": text, "only_check": True})[1]
    assert (checked["named"], checked["approved"]) == ([agent.uid], [])
    assert post(program(), "/api/v1/agents/approve", {"text": text})[1]["approved"] == [agent.uid]


def test_a_search_finds_a_device_by_its_address(browser: Browser, site: Site) -> None:
    device = Device.objects.create(client=site.client, site=site, name="SW-1")
    device.accesses.create(transport="snmp", address="10.20.0.9")
    assert browser.get("/api/v1/search?q=10.20.0.9").json() == [
        {"kind": "device", "id": device.uid, "name": "SW-1", "client": site.client.uid}
    ]


def test_times_are_told_with_their_zone(program: Program, site: Site) -> None:
    Blackout.objects.create(
        client=site.client, begins_at=datetime(2026, 1, 1, tzinfo=UTC), ends_at=timezone.now() + timedelta(days=1),
        why="x", by="TAM",
    )  # fmt: skip
    assert program().get("/api/v1/blackouts").json()["items"][0]["begins_at"] == "2026-01-01T00:00:00Z"
