"""Sites with an agent, devices and accesses, and plans over them."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from server.access.models import Access
from server.agents.models import Agent, AgentState
from server.clients.models import Client, Device, Site
from server.scans.models import NextScan, ScanPlan
from server.scans.plans import put_in_place

NIGHTLY = "FREQ=DAILY;BYHOUR=20;BYMINUTE=0"


def make_agent(site: Site, state: AgentState = AgentState.APPROVED) -> Agent:
    return Agent.objects.create(
        site=site,
        name=f"{site.name} agent",
        state=state,
        signing_key=f"{site.uid:A<43}=",
        sealing_key=f"{site.uid:A<43}=",
        policy={"networks": ["10.20.0.0/16"]},
    )


def make_device(site: Site, name: str, kind: str = "switch", transport: str = "snmp") -> Device:
    device = Device.objects.create(client=site.client, site=site, name=name, kind=kind)
    Access.objects.create(device=device, transport=transport, address="10.20.0.9", local_credential="audit")
    return device


def make_site(client_name: str, zone: str = "Europe/London", devices_count: int = 2) -> Site:
    client = Client.objects.create(name=client_name, time_zone=zone)
    site = Site.objects.create(client=client, name="Main office", time_zone=zone)
    make_agent(site)
    for number in range(devices_count):
        make_device(site, f"SW-{number}")
    return site


def make_plan(name: str = "Nightly", rule: str = NIGHTLY, **more: object) -> ScanPlan:
    told: dict[str, object] = {"all_clients": True, "jitter_minutes": 0, **more}
    return ScanPlan.objects.create(name=name, rule=rule, **told)


def placed(plan: ScanPlan, at: datetime) -> NextScan:
    put_in_place([plan], at)
    return NextScan.objects.get(plan=plan)


@pytest.fixture
def ready(site: Site) -> Site:
    """Return a site with an agent and two switches, each with one access."""
    make_agent(site)
    make_device(site, "SW-CORE")
    make_device(site, "SW-HALL")
    return site


def soon() -> datetime:
    return timezone.now() + timedelta(minutes=1)
