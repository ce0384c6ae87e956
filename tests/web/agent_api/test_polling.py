"""Polls: what an agent tells is kept, what it is to do comes back, and nothing before it was approved."""

from datetime import timedelta

import pytest
from django.utils import timezone

from collectors.link.ids import fresh_id
from server.access.models import Access, Credential, SealedCopy
from server.accounts.actor import SERVER
from server.agents.actions import make_token, watch_site
from server.agents.models import Agent, AgentEvent
from server.clients.models import Client, Device, Site
from server.scans.models import ScanJob
from tests.web.agent_api.conftest import MakeJob, approved_at
from tests.web.agent_api.fake_agent import FakeAgent, poll_request

pytestmark = pytest.mark.django_db
SCOPE = {"networks": ["192.168.1.0/24"], "names": [], "transports": ["snmp"]}


def settled(agent: FakeAgent) -> None:
    """Let the agent be approved long ago, so that an idle one asks seldom."""
    Agent.objects.filter(uid=agent.uid).update(decided_at=timezone.now() - timedelta(days=9))


@pytest.fixture
def credential(site: Site, agent: FakeAgent) -> Credential:
    made = Credential.objects.create(client=site.client, site=site, name="snmp-ro", kind="snmp", scope=SCOPE)
    SealedCopy.objects.create(credential=made, agent=Agent.objects.get(uid=agent.uid), version=1, sealed="QUJD")
    return made


def test_an_agent_gets_its_jobs_with_target_port_pin_and_the_name_of_a_credential(
    agent: FakeAgent, make_job: MakeJob, access: Access, credential: Credential
) -> None:
    Access.objects.filter(pk=access.pk).update(credential=credential, port=1161, driver="apc_powernet")
    job = make_job()
    told = agent.poll().json()["jobs"]
    assert [one["id"] for one in told] == [job.uid]
    assert told[0]["target"] == {
        "device_id": access.device.uid, "name": "KES-SW01", "transport": "snmp", "address": "192.168.1.20",
        "port": 1161, "driver": "apc_powernet", "host_key": None, "certificate": None, "credential": "snmp-ro",
    }  # fmt: skip


def test_a_job_is_leased_once_to_an_agent_that_names_it(agent: FakeAgent, make_job: MakeJob) -> None:
    job = make_job()
    first = agent.poll().json()["jobs"]
    assert (len(first), agent.poll(running=[job.uid]).json()["jobs"]) == (1, [])


def test_a_job_whose_reply_was_lost_comes_again_at_the_next_poll(agent: FakeAgent, make_job: MakeJob) -> None:
    job = make_job()
    lost, again = agent.poll().json()["jobs"], agent.poll().json()["jobs"]
    assert [(one["id"], one["attempt"]) for one in (*lost, *again)] == [(job.uid, 1), (job.uid, 2)]


def test_an_agent_that_began_anew_gets_its_jobs_again(agent: FakeAgent, make_job: MakeJob) -> None:
    job = make_job()
    agent.poll()
    agent.poll(running=[job.uid])
    assert [one["id"] for one in agent.poll(boot_id="boot-2").json()["jobs"]] == [job.uid]


def test_a_job_that_was_refused_or_reported_does_not_come_again(agent: FakeAgent, make_job: MakeJob) -> None:
    job = make_job()
    agent.poll()
    assert agent.poll(refused={job.uid: "outside the policy"}).json()["jobs"] == []


def test_an_agent_that_names_as_much_as_a_poll_holds_loses_nothing_it_could_not_name(
    agent: FakeAgent, make_job: MakeJob
) -> None:
    job = make_job()
    agent.poll()
    assert agent.poll(running=[fresh_id() for _ in range(200)]).json()["jobs"] == []
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("leased", 1)


def test_a_job_whose_reply_is_lost_each_time_fails_at_the_fifth(agent: FakeAgent, make_job: MakeJob) -> None:
    job = make_job()
    for _ in range(10):
        agent.poll()
        ScanJob.objects.update(not_before=timezone.now())
    job.refresh_from_db()
    assert (job.state, job.reason, job.attempt) == ("failed", "no agent", 5)


def test_a_job_that_is_lost_again_waits_as_long_as_a_lease(agent: FakeAgent, make_job: MakeJob) -> None:
    job = make_job()
    given = [len(agent.poll().json()["jobs"]) for _ in range(4)]
    job.refresh_from_db()
    assert (given, job.state, job.attempt) == ([1, 1, 0, 0], "queued", 3)
    assert job.not_before > timezone.now() + timedelta(minutes=14)


def test_two_agents_of_a_site_never_get_the_same_job(agent: FakeAgent, site: Site, make_job: MakeJob) -> None:
    other = approved_at(site)
    make_job()
    assert len(agent.poll().json()["jobs"]) + len(other.poll().json()["jobs"]) == 1


def test_a_lost_lease_is_another_attempt(agent: FakeAgent, make_job: MakeJob) -> None:
    job = make_job(agent)
    ScanJob.objects.filter(pk=job.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    told = agent.poll().json()["jobs"]
    assert [(one["id"], one["attempt"]) for one in told] == [(job.uid, 2)]


def test_a_lease_is_renewed_while_the_agent_names_the_job(agent: FakeAgent, make_job: MakeJob) -> None:
    job = make_job(agent)
    soon = timezone.now() + timedelta(seconds=5)
    ScanJob.objects.filter(pk=job.pk).update(leased_until=soon)
    agent.poll(running=[job.uid])
    job.refresh_from_db()
    assert job.leased_until is not None
    assert job.leased_until > soon + timedelta(minutes=10)


def test_jobs_of_another_site_are_never_given(agent: FakeAgent, other_site: Site, make_job: MakeJob) -> None:
    box = Device.objects.create(client=other_site.client, site=other_site, name="PEL-SW01")
    way = Access.objects.create(device=box, transport="snmp", address="192.168.1.20")
    make_job(site=other_site, device=box, access=way)
    assert agent.poll().json()["jobs"] == []


@pytest.mark.parametrize(
    "more",
    [
        {"not_before": timezone.now() + timedelta(hours=2), "not_after": timezone.now() + timedelta(hours=3)},
        {"not_after": timezone.now() - timedelta(seconds=1)},
        {"state": "cancelled"},
        {"state": "done"},
    ],
)
def test_what_is_not_due_is_not_given(agent: FakeAgent, make_job: MakeJob, more: dict[str, object]) -> None:
    make_job(**more)
    assert agent.poll().json()["jobs"] == []


def test_a_retired_device_is_not_read(agent: FakeAgent, make_job: MakeJob, device: Device) -> None:
    make_job()
    Device.objects.filter(pk=device.pk).update(state="retired")
    assert agent.poll().json()["jobs"] == []


def test_a_waiting_person_comes_first_and_fifty_at_once(agent: FakeAgent, site: Site, make_job: MakeJob) -> None:
    for number in range(60):
        box = Device.objects.create(client=site.client, site=site, name=f"SW-{number}")
        way = Access.objects.create(device=box, transport="snmp", address=f"192.168.1.{number}")
        make_job(device=box, access=way, urgent=number == 59)
    told = agent.poll().json()["jobs"]
    assert (len(told), told[0]["target"]["name"]) == (50, "SW-59")


def test_a_job_that_cannot_be_asked_ends_and_holds_up_nothing(
    agent: FakeAgent, make_job: MakeJob, access: Access
) -> None:
    job = make_job()
    Access.objects.filter(pk=access.pk).update(address="not an address; rm -rf")
    assert agent.poll().json()["jobs"] == []
    job.refresh_from_db()
    assert (job.state, job.reason) == ("failed", "policy")


def test_what_the_agents_policy_refused_ends_with_its_words(agent: FakeAgent, make_job: MakeJob) -> None:
    job = make_job(agent)
    agent.poll(refused={job.uid: "192.168.9.1 lies outside\u0000 the policy"})
    job.refresh_from_db()
    assert (job.state, job.reason, job.text) == ("failed", "policy", "192.168.9.1 lies outside the policy")


def test_a_cancelled_job_that_still_runs_is_to_be_stopped(agent: FakeAgent, make_job: MakeJob) -> None:
    job, stranger = make_job(agent, state="cancelled"), fresh_id()
    ScanJob.objects.filter(pk=job.pk).update(state="cancelled")
    assert agent.poll(running=[job.uid, stranger]).json()["cancelled"] == [job.uid, stranger]


def test_an_agent_that_waits_gets_no_jobs_and_no_credentials(
    site: Site, make_job: MakeJob, credential: Credential
) -> None:
    agent = FakeAgent()
    agent.enrol(make_token(SERVER, site).token)
    SealedCopy.objects.update(agent=Agent.objects.get(uid=agent.uid))
    make_job()
    told = agent.poll().json()
    assert (told["state"], told["jobs"], told["credentials"], told["next_poll_s"]) == ("pending", [], [], 60)


def test_a_credential_comes_until_the_agent_holds_its_version(agent: FakeAgent, credential: Credential) -> None:
    told = agent.poll().json()["credentials"]
    held = agent.poll(credentials={credential.uid: 1}).json()
    assert [(one["id"], one["version"], one["sealed"]) for one in told] == [(credential.uid, 1, "QUJD")]
    assert (held["credentials"], held["withdrawn"]) == ([], [])


def test_a_withdrawn_credential_is_to_be_forgotten(agent: FakeAgent, credential: Credential) -> None:
    Credential.objects.update(state="withdrawn")
    told = agent.poll(credentials={credential.uid: 1}).json()
    assert (told["credentials"], told["withdrawn"]) == ([], [credential.uid])


def test_a_copy_of_an_older_version_is_not_sent(agent: FakeAgent, credential: Credential) -> None:
    Credential.objects.update(version=2)
    assert agent.poll().json()["credentials"] == []


def test_a_copy_for_another_agent_is_never_sent(agent: FakeAgent, site: Site, credential: Credential) -> None:
    assert approved_at(site).poll().json()["credentials"] == []


def on_hold(device: str = "KES-SW01") -> dict[str, object]:
    since = timezone.now().isoformat()
    return {"credential": "snmp-ro", "since": since, "device": device, "refused_count": 1, "waiting_count": 12}


def test_a_refused_credential_is_paused_with_why(agent: FakeAgent, credential: Credential) -> None:
    agent.poll(on_hold=[on_hold("KES\u0000-SW01")], credentials={credential.uid: 1})
    credential.refresh_from_db()
    assert (credential.state, credential.paused_why) == ("paused", "KES-SW01 refused it (1 refused, 12 waiting)")


def test_a_new_version_is_not_paused_for_the_old_one(agent: FakeAgent, credential: Credential) -> None:
    Credential.objects.update(version=2)
    agent.poll(on_hold=[on_hold()], credentials={credential.uid: 1})
    credential.refresh_from_db()
    assert credential.state == "ready"


def test_a_credential_of_another_site_is_never_paused(
    agent: FakeAgent, credential: Credential, other_site: Site
) -> None:
    stranger = approved_at(other_site)
    stranger.poll(on_hold=[on_hold()], credentials={credential.uid: 1})
    credential.refresh_from_db()
    assert credential.state == "ready"


def test_what_an_agent_tells_is_kept_and_made_plain(agent: FakeAgent) -> None:
    told = poll_request()["policy"] | {"hours": "20:00-06:00\u0000\u202e"}
    agent.poll(policy=told, local_credentials=["domain-reader"], boot_id="b" * 200)
    known = Agent.objects.get(uid=agent.uid)
    assert (known.policy["hours"], known.policy["networks"]) == ("20:00-06:00", ["192.168.1.0/24"])
    assert (known.local_credentials, known.boot_id) == (["domain-reader"], "b" * 64)


def test_an_idle_agent_is_asked_seldom(agent: FakeAgent) -> None:
    settled(agent)
    assert agent.poll().json()["next_poll_s"] == 300


def test_an_agent_with_work_asks_each_minute(agent: FakeAgent, make_job: MakeJob) -> None:
    settled(agent)
    make_job()
    assert agent.poll().json()["next_poll_s"] == 60


def test_an_agent_asks_each_five_seconds_while_a_person_waits(agent: FakeAgent, site: Site) -> None:
    settled(agent)
    watch_site(site.pk, timezone.now())
    assert agent.poll().json()["next_poll_s"] == 5


def test_lost_reports_are_told_to_a_person(agent: FakeAgent) -> None:
    spool = {"reports_count": 9, "bytes": 10**20 - 1, "capacity_bytes": 10**9, "dropped_count": 7}
    agent.poll(spool=spool)
    assert AgentEvent.objects.get(kind="reports lost").text == "7 reports did not fit into its spool"


def test_a_clock_that_lies_apart_is_kept(agent: FakeAgent) -> None:
    agent.poll(clock_at=(timezone.now() - timedelta(minutes=7)).isoformat())
    offset_s = Agent.objects.get(uid=agent.uid).clock_offset_s
    assert offset_s is not None
    assert -425 < offset_s < -415


def test_a_protocol_that_is_not_spoken_is_refused(agent: FakeAgent) -> None:
    assert agent.poll(protocol=9).status_code == 400


@pytest.mark.parametrize("jobs_count", [1, 25])
def test_a_poll_asks_the_database_as_often_for_one_job_as_for_many(
    agent: FakeAgent, site: Site, make_job: MakeJob, jobs_count: int, django_assert_max_num_queries: object
) -> None:
    for number in range(jobs_count):
        box = Device.objects.create(client=site.client, site=site, name=f"SW-{number}")
        make_job(device=box, access=Access.objects.create(device=box, transport="snmp", address=f"10.0.0.{number}"))
    agent.poll()
    ScanJob.objects.update(state="queued", agent=None)
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        assert len(agent.poll().json()["jobs"]) == jobs_count
    assert Client.objects.count() == 1
