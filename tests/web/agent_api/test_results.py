"""Reports as the server takes them: once each, from their own agent, into the device of their job."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from collectors.facts.document import to_json
from collectors.facts.gaps import Gap, GapReason
from collectors.facts.reading import Device as ReadDevice
from collectors.facts.reading import Snapshot
from collectors.facts.sections.accounts import Account
from collectors.link.ids import fresh_id
from server.access.models import Access, Credential
from server.agents.models import Agent, AgentEvent
from server.alignment.models import DeviceVerdicts
from server.clients.models import Client, Device, DeviceGroup, DeviceProposal, Site
from server.readings.models import CurrentReadings, FeedEntry, SectionChange
from server.readings.models import Report as StoredReport
from server.readings.subject import current_of
from server.scans.models import FoundDevice
from tests.web.agent_api.conftest import MakeJob, approved_at
from tests.web.agent_api.fake_agent import FakeAgent, firmware_document, report

pytestmark = pytest.mark.django_db
QUERIES_COUNT = 13
"""Of a report without news: agent and counter, job, what stands, settings, then what is written of it."""
NO_JOB = ("rejected", "no job of this agent has this id")


def version_of(device: Device) -> object:
    subject = current_of([device.pk])[device.pk].subject("d")
    return subject.readings["firmware"][0].value.version  # type: ignore[union-attr]


def problem_document(reason: GapReason, text: str) -> str:
    described = ReadDevice(name="d", transport="snmp")
    return to_json(Snapshot(observed_at=timezone.now(), device=described, problem=Gap(reason=reason, text=text)))


def test_a_report_becomes_what_stands_of_its_device(agent: FakeAgent, make_job: MakeJob, device: Device) -> None:
    job = make_job(agent)
    assert agent.outcomes(report(job.uid, firmware_document("2.0.1"))) == [("stored", "")]
    device.refresh_from_db()
    assert (version_of(device), device.kind, device.read_at is not None) == ("2.0.1", "switch", True)


def test_a_stored_report_ends_its_job_and_its_access_works(agent: FakeAgent, make_job: MakeJob, access: Access) -> None:
    job = make_job(agent)
    agent.outcomes(report(job.uid, firmware_document()))
    job.refresh_from_db()
    access.refresh_from_db()
    assert (job.state, access.state, access.worked_at is not None) == ("done", "works", True)


def test_a_stored_report_is_judged_with_it(agent: FakeAgent, make_job: MakeJob, device: Device) -> None:
    agent.outcomes(report(make_job(agent).uid, firmware_document()))
    assert DeviceVerdicts.objects.filter(pk=device.pk).exists()


def test_a_report_asks_the_database_so_often_and_not_once_more_for_any_column(
    agent: FakeAgent, make_job: MakeJob, device: Device, access: Access
) -> None:
    group = DeviceGroup.objects.create(client=device.client, name="Stack")
    credential = Credential.objects.create(client=device.client, site=device.site, name="snmp-ro", kind="snmp")
    Device.objects.filter(pk=device.pk).update(group=group)
    Access.objects.filter(pk=access.pk).update(credential=credential, offered_key="k")
    agent.outcomes(report(make_job(agent).uid, firmware_document("1.0")))
    job = make_job(agent)
    with CaptureQueriesContext(connection) as told:
        agent.outcomes(report(job.uid, firmware_document("1.0")))
    assert len([one for one in told if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]) <= QUERIES_COUNT


def test_the_same_report_again_is_a_duplicate_and_changes_nothing(
    agent: FakeAgent, make_job: MakeJob, device: Device
) -> None:
    told = report(make_job(agent).uid, firmware_document())
    first = agent.outcomes(told)
    revision = CurrentReadings.objects.get(pk=device.pk).revision
    assert (first, agent.outcomes(told, told)) == ([("stored", "")], [("duplicate", "")] * 2)
    assert (StoredReport.objects.count(), CurrentReadings.objects.get(pk=device.pk).revision) == (1, revision)


def test_the_same_id_with_another_content_is_refused_and_noted(
    agent: FakeAgent, make_job: MakeJob, device: Device
) -> None:
    job = make_job(agent)
    told = report(job.uid, firmware_document("1.0"))
    agent.outcomes(told)
    other = report(job.uid, firmware_document("6.6"), id=told["id"])
    assert agent.outcomes(other) == [("rejected", "another report of this agent has this id")]
    assert (version_of(device), AgentEvent.objects.filter(kind="odd report").count()) == ("1.0", 1)


def test_a_report_id_of_another_agent_is_free_and_tells_nothing(
    agent: FakeAgent, make_job: MakeJob, other_site: Site
) -> None:
    told = report(make_job(agent).uid, firmware_document())
    agent.outcomes(told)
    stranger = approved_at(other_site)
    box = Device.objects.create(client=other_site.client, site=other_site, name="PEL-SW01")
    way = Access.objects.create(device=box, transport="snmp", address="192.168.1.20")
    job = make_job(stranger, site=other_site, device=box, access=way)
    assert stranger.outcomes(report(job.uid, firmware_document("7.7"), id=told["id"])) == [("stored", "")]
    assert version_of(box) == "7.7"


def test_a_job_of_another_agent_is_as_unknown_as_one_that_never_was(
    agent: FakeAgent, make_job: MakeJob, other_site: Site
) -> None:
    job = make_job(agent)
    stranger = approved_at(other_site)
    assert (
        stranger.outcomes(report(job.uid, firmware_document()), report(fresh_id(), firmware_document())) == [NO_JOB] * 2
    )
    assert not CurrentReadings.objects.exists()


def test_a_job_that_was_not_given_out_cannot_be_reported(agent: FakeAgent, make_job: MakeJob) -> None:
    assert agent.outcomes(report(make_job().uid, firmware_document())) == [NO_JOB]


def test_a_device_is_the_jobs_whatever_the_document_calls_it(
    agent: FakeAgent, make_job: MakeJob, device: Device
) -> None:
    agent.outcomes(report(make_job(agent).uid, firmware_document()))
    device.refresh_from_db()
    assert (device.name, Device.objects.count()) == ("KES-SW01", 1)


def test_one_bad_report_does_not_hold_up_the_others(agent: FakeAgent, make_job: MakeJob) -> None:
    job = make_job(agent)
    bad = report(job.uid, "{no json")
    outcomes = agent.outcomes(bad, report(job.uid, firmware_document()))
    assert [one for one, _why in outcomes] == ["rejected", "stored"]


def test_a_wrong_digest_is_rejected(agent: FakeAgent, make_job: MakeJob) -> None:
    told = report(make_job(agent).uid, firmware_document(), sha256="0" * 64)
    assert agent.outcomes(told) == [("rejected", "the digest is another one")]


def test_a_job_is_reported_as_often_as_it_was_given_out(agent: FakeAgent, make_job: MakeJob) -> None:
    job = make_job(agent, attempt=2)
    outcomes = agent.outcomes(*(report(job.uid, firmware_document(f"{n}")) for n in range(3)))
    assert [one for one, _why in outcomes] == ["stored", "stored", "rejected"]


def test_a_late_report_changes_no_newer_fact(agent: FakeAgent, make_job: MakeJob, device: Device) -> None:
    job, now = make_job(agent, attempt=2), timezone.now()
    newer, older = firmware_document("2.0", now), firmware_document("1.0", now - timedelta(hours=5))
    agent.outcomes(report(job.uid, newer), report(job.uid, older))
    assert (version_of(device), SectionChange.objects.count()) == ("2.0", 2)


def test_a_reading_ahead_of_our_clock_is_clamped_and_noted(agent: FakeAgent, make_job: MakeJob, device: Device) -> None:
    agent.outcomes(report(make_job(agent).uid, firmware_document("2.0", timezone.now() + timedelta(days=9))))
    device.refresh_from_db()
    assert device.read_at is not None
    assert device.read_at <= timezone.now()
    assert AgentEvent.objects.filter(kind="clock").count() == 1


def test_a_changed_firmware_is_news_and_the_same_one_is_not(
    agent: FakeAgent, make_job: MakeJob, device: Device
) -> None:
    job = make_job(agent, attempt=3)
    for version in ("1.0", "1.0", "1.1"):
        agent.outcomes(report(job.uid, firmware_document(version)))
    told = FeedEntry.objects.order_by("pk").values_list("kind", "before", "after")
    assert list(told) == [("new device", "", ""), ("firmware", "1.0", "1.1")]


def test_a_new_administrator_is_news_that_is_marked_personal(agent: FakeAgent, make_job: MakeJob) -> None:
    job = make_job(agent, attempt=2)
    agent.outcomes(report(job.uid, firmware_document(admins=(Account(name="anna"),))))
    agent.outcomes(report(job.uid, firmware_document(admins=(Account(name="anna"), Account(name="boris")))))
    told = FeedEntry.objects.filter(personal=True).values_list("kind", "text")
    assert list(told) == [("administrator added", "boris")]


def test_another_device_at_the_address_changes_no_fact_and_waits_for_a_person(
    agent: FakeAgent, make_job: MakeJob, device: Device, access: Access
) -> None:
    job = make_job(agent, attempt=2)
    agent.outcomes(report(job.uid, firmware_document("1.0", marks={"serial": "FGT60F0000000001"})))
    agent.outcomes(report(job.uid, firmware_document("9.9", marks={"serial": "FGT60F0000000002"})))
    device.refresh_from_db()
    access.refresh_from_db()
    assert (version_of(device), device.quarantined_at is not None) == ("1.0", True)
    assert (access.state, access.reason) == ("other", "identity changed")
    assert [one.kind for one in DeviceProposal.objects.all()] == ["another device"]


def test_the_device_itself_ends_its_quarantine(agent: FakeAgent, make_job: MakeJob, device: Device) -> None:
    job = make_job(agent, attempt=3)
    for version, serial in (("1.0", "SERIAL-ONE-1"), ("9.9", "SERIAL-TWO-2"), ("1.1", "SERIAL-ONE-1")):
        agent.outcomes(report(job.uid, firmware_document(version, marks={"serial": serial})))
    device.refresh_from_db()
    assert (version_of(device), device.quarantined_at) == ("1.1", None)
    assert DeviceProposal.objects.get().decision == "answers again"


def test_one_device_entered_twice_is_proposed_to_be_one(
    agent: FakeAgent, make_job: MakeJob, device: Device, site: Site
) -> None:
    twin = Device.objects.create(client=site.client, site=site, name="KES-SW01-mgmt")
    way = Access.objects.create(device=twin, transport="snmp", address="192.168.1.21")
    marks = {"serial": "SERIAL-ONE-1"}
    agent.outcomes(report(make_job(agent).uid, firmware_document(marks=marks)))
    agent.outcomes(report(make_job(agent, device=twin, access=way).uid, firmware_document(marks=marks)))
    proposal = DeviceProposal.objects.get()
    assert (proposal.kind, {proposal.device, proposal.other}) == ("merge", {device, twin})


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        (GapReason.UNREACHABLE, "closed"),
        (GapReason.ACCESS_DENIED, "refused"),
        (GapReason.CREDENTIAL_ON_HOLD, "refused"),
        (GapReason.UNEXPECTED_REPLY, "other"),
    ],
)
def test_readiness_says_how_an_access_went(
    agent: FakeAgent, make_job: MakeJob, access: Access, reason: GapReason, state: str
) -> None:
    job = make_job(agent)
    agent.outcomes(report(job.uid, problem_document(reason, "did not answer")))
    access.refresh_from_db()
    job.refresh_from_db()
    assert (access.state, access.reason, job.state, job.reason) == (state, reason, "failed", reason)


def test_a_device_that_answers_no_more_keeps_its_facts(agent: FakeAgent, make_job: MakeJob, device: Device) -> None:
    job = make_job(agent, attempt=2)
    agent.outcomes(report(job.uid, firmware_document("1.0")))
    agent.outcomes(report(job.uid, problem_document(GapReason.UNREACHABLE, "could not be read")))
    subject = current_of([device.pk])[device.pk].subject("d")
    assert (version_of(device), subject.not_reread["firmware"].text) == ("1.0", "could not be read")


def test_a_pin_is_kept_at_first_contact_and_never_replaced(agent: FakeAgent, make_job: MakeJob, access: Access) -> None:
    job = make_job(agent, attempt=2)
    for pin in ("SHA256:first-key-of-all", "SHA256:another-key-here"):
        agent.outcomes(report(job.uid, firmware_document(), new_pins={"host key": pin}))
    access.refresh_from_db()
    assert (access.host_key, access.pinned_at is not None) == ("SHA256:first-key-of-all", True)


def test_trying_an_access_says_how_it_went_and_ends_the_pause_of_its_credential(
    agent: FakeAgent, make_job: MakeJob, access: Access, site: Site
) -> None:
    credential = Credential.objects.create(
        client=site.client, site=site, name="snmp-ro", kind="snmp", state="paused", paused_why="refused"
    )
    Access.objects.filter(pk=access.pk).update(credential=credential)
    job = make_job(agent, kind="try_access", released=True)
    tried = {"works": True, "driver": "apc_powernet", "took_ms": 10**15}
    assert agent.outcomes(report(job.uid, tried=tried)) == [("stored", "")]
    credential.refresh_from_db()
    access.refresh_from_db()
    assert (access.state, access.driver, credential.state) == ("works", "apc_powernet", "ready")


def test_what_a_discovery_found_stands_by_address_and_a_persons_word_stays(
    agent: FakeAgent, make_job: MakeJob, site: Site
) -> None:
    FoundDevice.objects.create(site=site, address="192.168.1.9", state="ignored")
    job = make_job(agent, kind="discover", device=None, access=None, networks=["192.168.1.0/24"])
    found = [
        {"address": "192.168.1.9", "ports": [22], "sys_name": "printer\u0000\u202e"},
        {"address": "NAS.example", "ports": [161, 443, 99999]},
        {"address": "nas.example", "ports": [161]},
    ]
    assert agent.outcomes(report(job.uid, found=found)) == [("stored", "")]
    told = FoundDevice.objects.order_by("address").values_list("address", "ports", "sys_name", "state")
    assert list(told) == [("192.168.1.9", [22], "printer", "ignored"), ("nas.example", [161], "", "new")]


def test_an_agent_that_waits_for_approval_delivers_nothing(agent: FakeAgent, make_job: MakeJob) -> None:
    job = make_job(agent)
    Agent.objects.filter(uid=agent.uid).update(state="pending")
    response = agent.deliver(report(job.uid, firmware_document()))
    assert (response.status_code, response.json()["state"]) == (403, "pending")


def test_a_report_for_a_device_that_went_to_another_client_is_refused(
    agent: FakeAgent, make_job: MakeJob, device: Device, other_site: Site
) -> None:
    job = make_job(agent)
    Device.objects.filter(pk=device.pk).update(client=other_site.client, site=other_site)
    assert agent.outcomes(report(job.uid, firmware_document())) == [("rejected", "the job's device is gone")]
    assert Client.objects.count() == 2
