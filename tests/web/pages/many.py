"""Many of everything that a page may list, added to a world with one of each."""

from datetime import timedelta
from typing import Any

from django.db import models

from server.access.models import Access, Credential
from server.accounts.models import ApiToken, LogIn, RoleHeld, User
from server.accounts.rights import Role
from server.agents.models import Agent, AgentEvent, EnrolmentToken
from server.alignment.models import ClientStandard, DeviceVerdicts, VerdictChange
from server.clients.models import (
    Client,
    ClientAssignment,
    Device,
    DeviceGroup,
    DeviceProposal,
    InventoryStatement,
    Place,
    Site,
    Tag,
)
from server.notices.models import Affected, Completeness, Notice, Outgoing, Problem, Webhook
from server.readings.models import CurrentReadings, FeedEntry
from server.scans.models import Blackout, FoundDevice, NextScan, PlanException, ScanJob, ScanPlan, ScanRun, Slot
from server.standards.models import ClientSetting
from tests.web.world import AT, Things, World

MORE = 9
LATER = AT + timedelta(days=1)


def one_more_of_each(world: World, administrator: User) -> None:
    """Add what a world has not: a list of none saves the query for its rows."""
    client, site = world.own.client, world.own.client.sites.get()
    device = Device.objects.get(uid=world.own.by_place["devices", "uid"])
    Completeness.objects.create(client=client, devices_count=1, permille=0, since_on=AT.date())
    Notice.objects.create(user=administrator, kind="problem", client=client, title="N", key="n")
    Outgoing.objects.create(key="webhook", kind="webhook", webhook=Webhook.objects.get(), body={"title": "T"})
    ScanJob.objects.create(site=site, device=device, not_after=LATER, state="failed", reason="expired", ended_at=AT)
    NextScan.objects.create(plan=ScanPlan.objects.get(), site=site, slot_at=LATER, due_at=LATER, since=AT)
    Slot.objects.create(plan=ScanPlan.objects.get(), site=site, due_at=AT - timedelta(days=30))


def more_of(model: type[models.Model], **told: Any) -> list[Any]:
    """Add some of a kind; `*` in a text becomes a number, a list gives each its own."""
    made = []
    for number in range(MORE):
        values = {
            name: value.replace("*", str(number))
            if isinstance(value, str)
            else value[number]
            if isinstance(value, list)
            else value
            for name, value in told.items()
        }
        made.append(model(**values))
    return list(model._default_manager.bulk_create(made))


def grow(world: World, administrator: User) -> None:
    """Make many of what is there once: at one client, over all clients, and of this person."""
    client = world.own.client
    _at_a_client(world.own)
    plan = ScanPlan.objects.get(uid=world.shared["plans", "uid"])
    others = more_of(Client, name="Client *")
    sites = more_of(Site, client=others, name="Main office")
    devices = more_of(Device, client=others, site=sites, name="SRV")
    more_of(Access, device=devices, transport="ssh", address="192.0.2.*", state="refused", reason="access denied")
    more_of(Agent, site=sites, name="AGENT", state="pending", signing_key="other*", sealing_key="C")
    more_of(ClientStandard, client=others, standard="ups.runtime", verdict="no", since=AT)
    more_of(PlanException, plan=plan, client=others, why="asked")
    more_of(NextScan, plan=plan, site=sites, slot_at=LATER, due_at=LATER, since=AT)
    more_of(Completeness, client=others, devices_count=1, permille=0, since_on=AT.date())
    more_of(Blackout, begins_at=AT, ends_at=LATER, why="move *", by="TAM")
    problems = more_of(Problem, cause="refused|ssh|*", title="Refused *", acts="we", owner=administrator)
    more_of(Affected, problem=problems, client=client, since=AT)
    more_of(Affected, problem=Problem.objects.get(uid=world.own.by_place["problems", "uid"]), client=others, since=AT)
    hooks = more_of(Webhook, url="https://hooks.example/*", secret="s")
    more_of(Outgoing, key="webhook *", kind="webhook", webhook=hooks, body={"title": "T"})
    more_of(Notice, user=administrator, kind="problem", client=others, title="N *", key="n *")
    people = more_of(User, email="person*@many.test", name="Many *")
    more_of(RoleHeld, user=people, role=Role.TAM)
    more_of(ClientAssignment, user=people, client=client)
    leaver = User.objects.get(uid=world.shared["people", "uid"])
    more_of(Credential, client=client, site=client.sites.get(), name="owned *", kind="ssh", owner=leaver)
    more_of(LogIn, user=administrator, email="a@b.test", source="192.0.2.1", outcome="signed in")
    more_of(ApiToken, user=administrator, name="Token *", sha256="*", ends_at=LATER)


def _at_a_client(own: Things) -> None:
    client = own.client
    site = client.sites.get()
    first = Device.objects.filter(client=client).order_by("pk")[0]
    groups = more_of(DeviceGroup, client=client, name="Group *")
    places = more_of(Place, site=site, name="Place *")
    credentials = more_of(Credential, client=client, site=site, name="cred *", kind="ssh")
    devices = more_of(Device, client=client, site=site, name="DEV-*", kind="ups", group=groups, place=places)
    more_of(DeviceVerdicts, device=devices, packed=first.verdicts.packed, no=1, library_sha256="0")
    more_of(CurrentReadings, device=devices, packed=first.current.packed)
    ways = more_of(Access, device=devices, transport="ssh", address="192.0.2.*", credential=credentials, state="closed")
    more_of(Access, device=first, transport="ssh", address="192.0.2.1*", credential=credentials, state="refused")
    agents = more_of(
        Agent, site=site, name="AGENT-*", state="approved", signing_key="key*", sealing_key="C", seen_at=AT
    )
    more_of(AgentEvent, site=site, agent=agents, kind="odd", text="An odd request")
    more_of(EnrolmentToken, site=site, sha256="*", ends_at=LATER)
    runs = more_of(ScanRun, client=client, about="All *", by="TAM", asked_at=AT)
    told = {"site": site, "device": devices, "access": ways, "not_after": LATER}
    more_of(ScanJob, **told, state="failed", reason="unreachable", ended_at=AT, run=own.by_place["runs", "uid"])
    more_of(ScanJob, **told, run=[run.uid for run in runs])
    more_of(Slot, plan=ScanPlan.objects.get(), site=site, due_at=[AT - timedelta(days=n) for n in range(MORE)])
    more_of(FoundDevice, site=site, address="192.0.2.2*")
    more_of(DeviceProposal, client=client, device=devices, kind="another device", mark="serial", text="Another")
    more_of(InventoryStatement, client=client, kind="nas", by="TAM", until=LATER.date())
    more_of(VerdictChange, client=client, device=devices, standard="ups.runtime", at=AT, before="no", after="yes")
    more_of(VerdictChange, client=client, device=first, standard="ups.runtime", at=AT, before="no", after="yes")
    more_of(FeedEntry, client=client, device=devices, at=AT, kind="new device", text="*")
    more_of(ClientSetting, client=client, standard="ups.runtime", name="name*", value="1", set_by="TAM")
    client.tags.add(*more_of(Tag, name="tag *"))
