"""What a person orders: who may, what it makes, that it is not made twice, and its page."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from server.access.models import Access, Credential, CredentialState
from server.accounts.actor import Actor, NotThere
from server.accounts.models import AuditEntry
from server.accounts.rights import Right, Role
from server.agents.models import Agent
from server.clients.models import Client, ClientState, Device, DeviceState, Site
from server.scans.actions import running
from server.scans.models import JobState, ScanJob, ScanRun, Slot
from tests.web.conftest import MakePerson, signed_in
from tests.web.scans.conftest import make_device, make_plan, make_site

pytestmark = pytest.mark.django_db


def test_a_scan_of_a_client_makes_an_urgent_job_for_each_access(by: Actor, ready: Site) -> None:
    told = running.scan_client(by, ready.client)
    assert told.jobs_count == 2
    assert ScanJob.objects.filter(run=told.run.uid, urgent=True, state=JobState.QUEUED).count() == 2


def test_an_order_makes_the_agent_ask_every_few_seconds_for_a_quarter_of_an_hour(by: Actor, ready: Site) -> None:
    running.scan_site(by, ready)
    until = Agent.objects.get().watched_until
    assert until is not None
    assert timedelta(minutes=14) < until - timezone.now() <= timedelta(minutes=15)


def test_an_order_stands_in_the_audit_log(by: Actor, ready: Site) -> None:
    device = Device.objects.filter(site=ready)[0]
    running.scan_device(by, device)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.object_uid, entry.client_uid) == ("scan ordered", device.uid, ready.client.uid)


def test_the_same_order_while_one_is_open_is_that_order(by: Actor, ready: Site) -> None:
    first, second = running.scan_client(by, ready.client), running.scan_client(by, ready.client)
    assert (second.run, second.jobs_count, ScanJob.objects.count()) == (first.run, 0, 2)


def test_planned_jobs_are_moved_to_the_front_and_shown_with_the_order(by: Actor, ready: Site) -> None:
    access = Access.objects.all()[0]
    slot = Slot.objects.create(plan=make_plan(), site=ready, due_at=timezone.now())
    later = timezone.now() + timedelta(hours=1)
    ScanJob.objects.create(
        site=ready, slot=slot, device=access.device, access=access, not_before=later, not_after=later
    )
    told = running.scan_client(by, ready.client)
    assert (told.jobs_count, told.already_count) == (1, 1)
    assert ScanJob.objects.filter(run=told.run.uid, urgent=True, not_before__lte=timezone.now()).count() == 2


def test_a_standard_has_only_the_devices_read_that_it_is_asked_of(by: Actor, ready: Site) -> None:
    make_device(ready, "UPS-RACK", kind="ups")
    told = running.scan_standard(by, ready.client, "ups.runtime")
    assert [job.device.name for job in ScanJob.objects.filter(run=told.run.uid) if job.device] == ["UPS-RACK"]


def test_an_unknown_standard_is_not_there(by: Actor, ready: Site) -> None:
    with pytest.raises(NotThere):
        running.scan_standard(by, ready.client, "no.such")


def test_a_site_without_an_approved_agent_cannot_be_scanned(by: Actor, site: Site) -> None:
    make_device(site, "SW")
    with pytest.raises(ValidationError, match="No agent is approved"):
        running.scan_site(by, site)


def test_a_client_that_left_is_not_scanned(by: Actor, ready: Site) -> None:
    ready.client.state = ClientState.LEFT
    with pytest.raises(ValidationError, match="has left"):
        running.scan_client(by, ready.client)


def test_a_device_that_is_retired_is_not_scanned(by: Actor, ready: Site) -> None:
    device = Device.objects.all()[0]
    device.state = DeviceState.RETIRED
    with pytest.raises(ValidationError, match="not in use"):
        running.scan_device(by, device)


def test_an_access_is_tried_once_at_a_time(by: Actor, ready: Site) -> None:
    access = Access.objects.all()[0]
    first, second = running.try_access(by, access), running.try_access(by, access)
    job = ScanJob.objects.get()
    assert (first.run, job.kind, job.urgent, job.released) == (second.run, "try_access", True, False)


def test_a_paused_credential_is_tested_on_one_device_alone(by: Actor, ready: Site) -> None:
    access = Access.objects.all()[0]
    access.credential = Credential.objects.create(
        client=ready.client, site=ready, name="switches", kind="snmp", state=CredentialState.PAUSED
    )
    access.save()
    running.test_credential(by, access)
    assert list(ScanJob.objects.values_list("access", "released")) == [(access.pk, True)]


def test_a_discovery_outside_the_agent_s_policy_is_refused(by: Actor, ready: Site) -> None:
    with pytest.raises(ValidationError, match=r"192\.168\.0\.0/24: not inside"):
        running.discover(by, ready, ["10.20.3.0/24", "192.168.0.0/24"])


def test_a_discovery_is_open_once_at_a_site(by: Actor, ready: Site) -> None:
    first = running.discover(by, ready, ["10.20.3.0/24"])
    second = running.discover(by, ready, ["10.20.4.0/24"])
    assert (first.run, ScanJob.objects.get().networks) == (second.run, ["10.20.3.0/24"])


def test_stopping_ends_what_is_open_and_leaves_planned_jobs_to_their_plan(by: Actor, ready: Site) -> None:
    access = Access.objects.all()[0]
    slot = Slot.objects.create(plan=make_plan(), site=ready, due_at=timezone.now())
    later = timezone.now() + timedelta(hours=1)
    ScanJob.objects.create(site=ready, slot=slot, device=access.device, access=access, not_after=later)
    told = running.scan_client(by, ready.client)
    assert running.cancel(by, told.run) == 1
    assert sorted(ScanJob.objects.values_list("state", flat=True)) == ["cancelled", "queued"]


@pytest.mark.parametrize(
    ("role", "status"), [(Role.TAM, 302), (Role.SERVICE_DESK, 302), (Role.VCIO, 403), (Role.CLIENT_CONTACT, 403)]
)
def test_who_may_order_a_scan(make_person: MakePerson, ready: Site, role: Role, status: int) -> None:
    response = signed_in(make_person(role)).post(f"/clients/{ready.client.uid}/scan/")
    assert response.status_code == status


def test_only_who_edits_credentials_tests_a_paused_one(make_person: MakePerson, ready: Site) -> None:
    assert signed_in(make_person(Role.TAM)).post(f"/accesses/{Access.objects.all()[0].uid}/test/").status_code == 403


def test_another_client_s_things_are_not_there(make_person: MakePerson, ready: Site, by: Actor) -> None:
    other = Client.objects.create(name="Other")
    stranger = signed_in(make_person(Role.CENTRALIZED_SERVICES, clients=(other,)))
    run = running.scan_client(by, ready.client).run
    job, access, device = ScanJob.objects.all()[0], Access.objects.all()[0], Device.objects.all()[0]
    posts = [
        f"/clients/{ready.client.uid}/scan/", f"/sites/{ready.uid}/scan/", f"/devices/{device.uid}/scan/",
        f"/accesses/{access.uid}/try/", f"/accesses/{access.uid}/test/", f"/scans/runs/{run.uid}/stop/",
        f"/clients/{ready.client.uid}/standards/ups.runtime/scan/", f"/sites/{ready.uid}/discover/",
    ]  # fmt: skip
    pages = [f"/scans/runs/{run.uid}/", f"/scans/jobs/{job.uid}/", f"/clients/{ready.client.uid}/plans/"]
    told = [stranger.post(one).status_code for one in posts] + [stranger.get(one).status_code for one in pages]
    assert told == [404] * 11


def test_the_page_of_an_order_asks_again_until_all_is_done(make_person: MakePerson, ready: Site) -> None:
    browser = signed_in(make_person(Role.TAM))
    address = browser.post(f"/clients/{ready.client.uid}/scan/").headers["Location"]
    assert 'hx-trigger="every 2s"' in browser.get(address).content.decode()
    ScanJob.objects.update(state=JobState.DONE, ended_at=timezone.now())
    part = browser.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in part
    assert "<html" not in part
    assert "Kestrel Joinery: all read" in part


def test_a_failed_scan_says_why_and_who_acts(make_person: MakePerson, ready: Site) -> None:
    browser = signed_in(make_person(Role.TAM))
    address = browser.post(f"/clients/{ready.client.uid}/scan/").headers["Location"]
    ScanJob.objects.update(state=JobState.FAILED, reason="access denied", text="refused", ended_at=timezone.now())
    told = browser.get(address).content.decode()
    assert "Access denied" in told
    assert "we act: renew the credential" in told


def test_what_cannot_be_done_leads_back_with_a_reason(make_person: MakePerson, site: Site) -> None:
    browser = signed_in(make_person(Role.TAM))
    response = browser.post(
        f"/clients/{site.client.uid}/scan/", headers={"Referer": f"http://testserver/clients/{site.client.uid}/"}
    )
    assert response.headers["Location"] == f"http://testserver/clients/{site.client.uid}/"
    assert not ScanRun.objects.exists()


def test_no_order_leads_to_another_server(make_person: MakePerson, site: Site) -> None:
    browser = signed_in(make_person(Role.TAM))
    response = browser.post(f"/clients/{site.client.uid}/scan/", headers={"Referer": "https://evil.test/"})
    assert response.headers["Location"] == "/"


def test_a_token_without_the_right_orders_nothing(ready: Site) -> None:
    nobody = Actor("Nobody", frozenset({Right.SEE_CLIENTS}), all_clients=True)
    with pytest.raises(Exception, match="run scans"):
        running.scan_client(nobody, ready.client)
    assert not ScanJob.objects.exists()


def test_the_page_of_an_order_asks_the_same_number_of_questions_for_many_devices(
    make_person: MakePerson, by: Actor, django_assert_max_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = signed_in(make_person(Role.TAM))
    counts = []
    for number, devices in enumerate((2, 40)):
        run = running.scan_site(by, make_site(f"Client {number}", devices_count=devices)).run
        with CaptureQueriesContext(connection) as asked:
            browser.get(f"/scans/runs/{run.uid}/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
