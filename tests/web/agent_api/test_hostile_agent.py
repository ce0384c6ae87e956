"""An approved agent that has turned hostile: whatever it signs, the server neither falls nor believes it."""

import json
import resource
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from collectors.link.canonical import canonical_json
from collectors.link.messages import PACKED
from collectors.link.packing import packed
from server.access.models import Access
from server.agents.models import Agent
from server.alignment.models import DeviceVerdicts
from server.clients.models import Device, Site
from server.readings.current import unpacked
from server.readings.models import CurrentReadings
from server.readings.subject import subject_of_device
from tests.web.agent_api import payloads
from tests.web.agent_api.conftest import MakeJob, approved_at
from tests.web.agent_api.fake_agent import FakeAgent, firmware_document, report

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db
GROWTH_KB = 400 * 1024
REFUSED = {400, 413, 415}
POLLS = dict(payloads.polls())


@pytest.fixture(autouse=True)
def no_growth() -> Iterator[None]:
    """Hold each payload against the memory that the server may use."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < GROWTH_KB


@pytest.fixture
def foreign(other_site: Site, make_job: MakeJob) -> str:
    """Return the job of another client's agent."""
    stranger = approved_at(other_site)
    box = Device.objects.create(client=other_site.client, site=other_site, name="PEL-SW01")
    way = Access.objects.create(device=box, transport="snmp", address="192.168.1.20")
    return make_job(stranger, site=other_site, device=box, access=way).uid


def goes_on(agent: FakeAgent) -> None:
    """Hold that the same agent is served as before."""
    Agent.objects.filter(uid=agent.uid).update(allowance_at=timezone.now())
    assert agent.poll().status_code == 200
    assert Agent.objects.get(uid=agent.uid).state == "approved"


@pytest.mark.parametrize("name", payloads.ODD_JSON)
@pytest.mark.parametrize("route", ["/v1/poll", "/v1/rotate"])
def test_odd_json_is_refused(agent: FakeAgent, route: str, name: str) -> None:
    response = agent.send(route, payloads.ODD_JSON[name])
    assert response.status_code in REFUSED
    assert len(response.content) < 1_000
    goes_on(agent)


@pytest.mark.parametrize("name", payloads.ODD_JSON)
def test_odd_json_in_a_pack_is_refused(agent: FakeAgent, name: str) -> None:
    assert agent.send("/v1/results", packed(payloads.ODD_JSON[name]), PACKED).status_code in REFUSED


@pytest.mark.parametrize("name", list(POLLS))
def test_an_odd_poll_is_refused_or_kept_plain(agent: FakeAgent, name: str) -> None:
    response = agent.send("/v1/poll", payloads.poll_of(POLLS[name]))
    assert response.status_code in {200, *REFUSED}, name
    known = Agent.objects.get(uid=agent.uid)
    kept = json.dumps([known.policy, known.spool, known.drivers, known.refused, known.boot_id, known.platform])
    assert "\\u0000" not in kept
    assert "\\u202e" not in kept
    goes_on(agent)


@pytest.mark.parametrize("name", payloads.BOMBS)
def test_a_bomb_is_refused_before_it_grows(agent: FakeAgent, name: str) -> None:
    assert agent.send("/v1/results", payloads.BOMBS[name](), PACKED).status_code in REFUSED
    goes_on(agent)


@pytest.mark.parametrize("place", range(len(list(payloads.envelopes("A" * 26, "B" * 26)))))
def test_an_odd_delivery_touches_nothing_of_others(
    agent: FakeAgent, make_job: MakeJob, device: Device, foreign: str, place: int
) -> None:
    job = make_job(agent)
    name, told = list(payloads.envelopes(job.uid, foreign))[place]
    response = agent.send("/v1/results", packed(payloads.poll_of(told)), PACKED)
    assert response.status_code in {200, *REFUSED}, name
    assert not CurrentReadings.objects.exclude(device=device).exists()
    assert outcomes_of(response) <= {"stored", "duplicate", "rejected"}
    goes_on(agent)


@pytest.mark.parametrize("name", payloads.DOCUMENTS)
def test_an_odd_document_is_refused_or_kept_readable(
    agent: FakeAgent, make_job: MakeJob, device: Device, name: str
) -> None:
    job = make_job(agent, attempt=2)
    document = payloads.DOCUMENTS[name]()
    if any(0xD800 <= ord(letter) < 0xE000 for letter in document):
        pytest.fail("a payload is meant to be text")
    told = canonical_json({"reports": [report(job.uid, document)]})
    response = agent.send("/v1/results", packed(told), PACKED)
    assert response.status_code in {200, *REFUSED}, name
    Agent.objects.filter(uid=agent.uid).update(allowance_at=timezone.now())
    assert agent.outcomes(report(job.uid, firmware_document("7.7")))[0][0] == "stored"
    device.refresh_from_db()
    current = unpacked(CurrentReadings.objects.get(device=device).packed)
    assert subject_of_device(device, current).readings["firmware"]
    assert DeviceVerdicts.objects.filter(device=device).exists()


def test_there_are_enough_of_them(agent: FakeAgent) -> None:
    assert payloads.count(agent) >= 300


def outcomes_of(response: "Answer") -> set[str]:
    return {one["outcome"] for one in response.json()["outcomes"]} if response.status_code == 200 else set()
