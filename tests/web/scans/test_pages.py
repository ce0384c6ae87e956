"""Pages of scans and plans: what they tell, for whom, and that they ask no more for more rows."""

from datetime import timedelta
from itertools import count

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from server.access.models import Access
from server.accounts.actor import Actor, Forbidden
from server.accounts.models import AuditEntry
from server.accounts.rights import Right, Role
from server.clients.models import Site, Tag
from server.scans.actions import planning
from server.scans.models import Blackout, JobState, NextScan, PlanException, ScanJob, ScanPlan
from server.scans.plans import put_in_place
from tests.web.conftest import MakePerson, signed_in
from tests.web.scans.conftest import make_plan, make_site

pytestmark = pytest.mark.django_db
FORM = {
    "name": "Weekends", "how": "weekly", "at": "02:30", "day": "SU", "nth": "1", "rule": "", "window_minutes": "300",
    "jitter_minutes": "20", "all_clients": "on", "reads": "devices", "active": "on",
}  # fmt: skip
numbers = count()


def plant(sites_count: int) -> None:
    for _ in range(sites_count):
        site = make_site(f"Client {next(numbers)}")
        now = timezone.now()
        for state, access in zip(
            (JobState.DONE, JobState.FAILED), Access.objects.filter(device__site=site), strict=True
        ):
            ScanJob.objects.create(
                site=site,
                device=access.device,
                access=access,
                state=state,
                reason="unreachable" if state == JobState.FAILED else "",
                not_after=now,
                ended_at=now - timedelta(minutes=5),
            )
        Blackout.objects.create(
            client=site.client, begins_at=now, ends_at=now + timedelta(days=1), why="Works", by="Person"
        )
    put_in_place(ScanPlan.objects.all(), timezone.now())


def test_a_new_server_says_that_no_scan_is_planned(browser: Browser) -> None:
    assert "<h1>No scan is planned</h1>" in browser.get("/scans/").content.decode()


def test_the_title_tells_how_many_devices_were_not_read(browser: Browser) -> None:
    make_plan()
    plant(3)
    told = browser.get("/scans/").content.decode()
    assert "<h1>3 devices were not read in the last 24 hours</h1>" in told
    assert "No answer (SNMP)" in told


@pytest.mark.parametrize("address", ["/scans/", "/scans/failures/", "/scans/blackouts/", "plan", "/scans/plans/new/"])
def test_a_page_asks_the_same_number_of_questions_for_many_rows(browser: Browser, address: str) -> None:
    plan = make_plan()
    address = f"/scans/plans/{plan.uid}/" if address == "plan" else address
    counts = []
    for more in (3, 30):
        plant(more)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(address).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_plans_of_a_client_ask_the_same_number_of_questions_for_many_plans(browser: Browser) -> None:
    site = make_site("Kestrel")
    counts = []
    for more in (2, 20):
        for _ in range(more):
            put_in_place([make_plan(f"Plan {next(numbers)}")], timezone.now())
        with CaptureQueriesContext(connection) as asked:
            told = browser.get(f"/clients/{site.client.uid}/plans/").content.decode()
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert "22 plans read this client" in told


def test_failures_are_counted_only_at_clients_in_scope(make_person: MakePerson) -> None:
    plant(2)
    own = make_site("Own").client
    told = signed_in(make_person(Role.CENTRALIZED_SERVICES, clients=(own,))).get("/scans/failures/").content.decode()
    assert "<h1>0 scans failed in the last 24 hours</h1>" in told


@pytest.mark.parametrize(
    ("role", "scans", "new"),
    [(Role.CENTRALIZED_SERVICES, 200, 200), (Role.TAM, 200, 403), (Role.AUDITOR, 200, 403), (Role.VCIO, 403, 403)],
)
def test_who_sees_scans_and_who_makes_plans(make_person: MakePerson, role: Role, scans: int, new: int) -> None:
    browser = signed_in(make_person(role))
    assert (browser.get("/scans/").status_code, browser.get("/scans/plans/new/").status_code) == (scans, new)


def test_a_stranger_is_asked_to_sign_in() -> None:
    assert Browser().get("/scans/").status_code == 302


def test_a_plan_is_saved_only_after_its_effect_was_seen(browser: Browser) -> None:
    make_site("London")
    make_site("Apia", zone="Pacific/Apia")
    shown = browser.post("/scans/plans/new/", FORM | {"save": "1"})
    told = shown.content.decode()
    assert not ScanPlan.objects.exists()
    assert "Moves 2 clients" in told
    assert told.count("02:30</li>") == 10
    saved = browser.post("/scans/plans/new/", FORM | {"save": "1", "seen": str(shown.context["seal"])})
    plan = ScanPlan.objects.get()
    assert saved.headers["Location"] == f"/scans/plans/{plan.uid}/"
    assert (plan.rule, NextScan.objects.count()) == ("FREQ=WEEKLY;BYDAY=SU;BYHOUR=2;BYMINUTE=30", 2)
    assert AuditEntry.objects.get().action == "scan plan made"


def test_what_was_seen_is_what_is_saved(browser: Browser) -> None:
    shown = browser.post("/scans/plans/new/", FORM)
    browser.post("/scans/plans/new/", FORM | {"at": "05:00", "save": "1", "seen": str(shown.context["seal"])})
    assert not ScanPlan.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"how": "rule", "rule": "FREQ=SECONDLY"}, "FREQ cannot be SECONDLY"),
        ({"at": ""}, "Give a time such as 20:00."),
        ({"reads": "networks", "networks": "everything"}, "Give 1 to 64 networks"),
        ({"window_minutes": "0"}, "greater than or equal to 15"),
    ],
)
def test_a_form_says_what_is_wrong_beside_the_field(browser: Browser, wrong: dict[str, str], says: str) -> None:
    assert says in browser.post("/scans/plans/new/", FORM | wrong).content.decode()


def test_two_plans_never_have_one_name(browser: Browser) -> None:
    make_plan("Weekends")
    seal = str(browser.post("/scans/plans/new/", FORM).context["seal"])
    told = browser.post("/scans/plans/new/", FORM | {"save": "1", "seen": seal}).content.decode()
    assert "already exists" in told


def test_a_changed_plan_says_whom_it_moves(browser: Browser) -> None:
    site = make_site("London")
    tag = Tag.objects.create(name="gold")
    site.client.tags.add(tag)
    make_site("Paris", zone="Europe/Paris")
    plan = make_plan("Weekends")
    put_in_place([plan], timezone.now())
    gold = {name: value for name, value in FORM.items() if name != "all_clients"} | {"tags": "gold"}
    preview = browser.post(f"/scans/plans/{plan.uid}/edit/", gold).context["preview"]
    assert (preview.moved_count, preview.dropped_count, preview.clients_count) == (2, 1, 1)


def test_a_plan_of_all_clients_is_not_changed_by_who_sees_only_some(make_person: MakePerson) -> None:
    plan = make_plan()
    some = signed_in(make_person(Role.CENTRALIZED_SERVICES, clients=(make_site("Own").client,)))
    told = [some.get(f"/scans/plans/{plan.uid}/edit/"), some.post(f"/scans/plans/{plan.uid}/remove/")]
    assert [one.status_code for one in told] == [403, 403]


def test_leaving_a_client_out_stops_its_scans_and_ending_that_resumes_them(browser: Browser) -> None:
    site = make_site("London")
    plan = make_plan()
    put_in_place([plan], timezone.now())
    browser.post(f"/scans/plans/{plan.uid}/except/", {"client": site.client.uid, "site": "", "why": "Closed"})
    assert not NextScan.objects.exists()
    browser.post(f"/scans/exceptions/{PlanException.objects.get().uid}/end/")
    assert NextScan.objects.count() == 1


def test_a_blackout_must_end_after_it_begins(browser: Browser) -> None:
    told = {"client": "", "site": "", "begins_at": "2027-01-02T10:00", "ends_at": "2027-01-02T09:00", "why": "Move"}
    assert "It must end after it begins." in browser.post("/scans/blackouts/", told).content.decode()


def test_a_blackout_is_made_and_called_off(browser: Browser) -> None:
    told = {"client": "", "site": "", "begins_at": "2027-01-02T10:00", "ends_at": "2027-01-02T19:00", "why": "Move"}
    browser.post("/scans/blackouts/", told)
    browser.post(f"/scans/blackouts/{Blackout.objects.get().uid}/end/")
    assert not Blackout.objects.exists()
    assert [one.action for one in AuditEntry.objects.order_by("pk")] == ["blackout made", "blackout ended"]


def test_only_who_sees_all_clients_blacks_out_everywhere(site: Site) -> None:
    now = timezone.now()
    some = Actor("Some", frozenset({Right.EDIT_PLANS}), client_ids=frozenset({site.client_id}))
    with pytest.raises(Forbidden):
        planning.black_out(some, None, None, now, now + timedelta(hours=1), "x")
