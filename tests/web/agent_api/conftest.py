"""Sites with an approved agent, a device and jobs, for the tests of the link."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from server.access.models import Access
from server.accounts.actor import SERVER
from server.agent_api.identified import FAILURES
from server.agents.actions import approve, fingerprint, make_token
from server.agents.models import Agent
from server.clients.models import Client, Device, Site
from server.scans.models import ScanJob
from tests.web.agent_api.fake_agent import FakeAgent

MakeJob = Callable[..., ScanJob]


@pytest.fixture(autouse=True)
def forget_failures() -> None:
    """Begin each test without failed signatures of the ones before."""
    FAILURES.clear()


def approved_at(site: Site) -> FakeAgent:
    """Return an agent that enrolled at a site and was approved."""
    agent = FakeAgent()
    assert agent.enrol(make_token(SERVER, site).token).status_code == 200
    known = Agent.objects.select_related("site__client").get(uid=agent.uid)
    approve(SERVER, known, fingerprint(known))
    return agent


@pytest.fixture
def agent(site: Site) -> FakeAgent:
    """Return the site's approved agent."""
    return approved_at(site)


@pytest.fixture
def other_site(db: None) -> Site:
    """Return a site of another client."""
    client = Client.objects.create(name="Pellworth Foods")
    return Site.objects.create(client=client, name="Plant")


@pytest.fixture
def device(site: Site) -> Device:
    """Return a device of the site."""
    return Device.objects.create(client=site.client, site=site, name="KES-SW01")


@pytest.fixture
def access(device: Device) -> Access:
    """Return the device's access by SNMP."""
    return Access.objects.create(device=device, transport="snmp", address="192.168.1.20")


@pytest.fixture
def make_job(access: Access) -> MakeJob:
    """Return what makes a scan job over the access, leased to an agent."""

    def make(agent: FakeAgent | None = None, **more: object) -> ScanJob:
        told: dict[str, object] = {
            "site": access.device.site,
            "device": access.device,
            "access": access,
            "not_after": timezone.now() + timedelta(hours=1),
            **more,
        }
        if agent is not None:
            told |= {
                "agent": Agent.objects.get(uid=agent.uid),
                "state": "leased",
                "leased_until": timezone.now() + timedelta(minutes=15),
            }
        return ScanJob.objects.create(**told)

    return make
