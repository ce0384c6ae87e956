"""Many of everything that a page may list, added to a world with one of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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

ACCESSES_COUNT = 12
"""Of one device: a form takes 20."""
SHARED = frozenset({"group", "place", "credential", "agent"})
"""What several things may have in common."""
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


@dataclass(frozen=True)
class Many:
    """How many: of most things so many, of some as many as an MSP has of them."""

    count: int
    counts: Mapping[type[models.Model], int] = field(default_factory=dict)

    def add(self, model: type[models.Model], **told: Any) -> list[Any]:
        """Add some of a kind; `*` in a text becomes a number, of a list each gets its own, or by turns where SHARED."""
        owned = [len(value) for name, value in told.items() if isinstance(value, list) and name not in SHARED]
        made = []
        for number in range(min([self.counts.get(model, self.count), *owned])):
            values = {
                name: value.replace("*", str(number))
                if isinstance(value, str)
                else value[number % len(value)]
                if isinstance(value, list)
                else value
                for name, value in told.items()
            }
            made.append(model(**values))
        return list(model._default_manager.bulk_create(made))

    def grow(self, world: World, administrator: User) -> None:
        """Make many of what is there once: at one client, over all clients, and of this person."""
        client = world.own.client
        self._at_a_client(world.own)
        plan = ScanPlan.objects.get(uid=world.shared["plans", "uid"])
        others = self.add(Client, name="Client *")
        sites = self.add(Site, client=others, name="Main office")
        devices = self.add(Device, client=others, site=sites, name="SRV")
        self.add(Access, device=devices, transport="ssh", address="192.0.2.*", state="refused", reason="access denied")
        self.add(Agent, site=sites, name="AGENT", state="pending", signing_key="other*", sealing_key="C")
        self.add(ClientStandard, client=others, standard="ups.runtime", verdict="no", since=AT)
        self.add(PlanException, plan=plan, client=others, why="asked")
        self.add(NextScan, plan=plan, site=sites, slot_at=LATER, due_at=LATER, since=AT)
        self.add(Completeness, client=others, devices_count=1, permille=0, since_on=AT.date())
        self.add(Blackout, begins_at=AT, ends_at=LATER, why="move *", by="TAM")
        problems = self.add(Problem, cause="refused|ssh|*", title="Refused *", acts="we", owner=administrator)
        self.add(Affected, problem=problems, client=client, since=AT)
        self.add(
            Affected, problem=Problem.objects.get(uid=world.own.by_place["problems", "uid"]), client=others, since=AT
        )
        hooks = self.add(Webhook, url="https://hooks.example/*", secret="s")
        self.add(Outgoing, key="webhook *", kind="webhook", webhook=hooks, body={"title": "T"})
        self.add(Notice, user=administrator, kind="problem", client=others, title="N *", key="n *")
        people = self.add(User, email="person*@many.test", name="Many *")
        self.add(RoleHeld, user=people, role=Role.TAM)
        self.add(ClientAssignment, user=people, client=client)
        leaver = User.objects.get(uid=world.shared["people", "uid"])
        self.add(Credential, client=client, site=client.sites.get(), name="owned *", kind="ssh", owner=leaver)
        self.add(LogIn, user=administrator, email="a@b.test", source="192.0.2.1", outcome="signed in")
        self.add(ApiToken, user=administrator, name="Token *", sha256="*", ends_at=LATER)

    def _at_a_client(self, own: Things) -> None:
        client = own.client
        site = client.sites.get()
        first = Device.objects.filter(client=client).order_by("pk")[0]
        groups = self.add(DeviceGroup, client=client, name="Group *")
        places = self.add(Place, site=site, name="Place *")
        credentials = self.add(Credential, client=client, site=site, name="cred *", kind="ssh")
        devices = self.add(Device, client=client, site=site, name="DEV-*", kind="ups", group=groups, place=places)
        self.add(DeviceVerdicts, device=devices, packed=first.verdicts.packed, no=1, library_sha256="0")
        self.add(CurrentReadings, device=devices, packed=first.current.packed)
        ways = self.add(
            Access, device=devices, transport="ssh", address="192.0.2.*", credential=credentials, state="closed"
        )
        self.add(
            Access,
            device=[first] * ACCESSES_COUNT,
            transport="ssh",
            address="192.0.2.1*",
            credential=credentials,
            state="refused",
        )
        agents = self.add(
            Agent, site=site, name="AGENT-*", state="approved", signing_key="key*", sealing_key="C", seen_at=AT
        )
        self.add(AgentEvent, site=site, agent=agents, kind="odd", text="An odd request")
        self.add(EnrolmentToken, site=site, sha256="*", ends_at=LATER)
        runs = self.add(ScanRun, client=client, about="All *", by="TAM", asked_at=AT)
        told = {"site": site, "device": devices, "access": ways, "not_after": LATER}
        self.add(ScanJob, **told, state="failed", reason="unreachable", ended_at=AT, run=own.by_place["runs", "uid"])
        self.add(ScanJob, **told, run=[run.uid for run in runs])
        self.add(
            Slot,
            plan=ScanPlan.objects.get(),
            site=site,
            due_at=[AT - timedelta(days=40 + n) for n in range(self.count)],
        )
        self.add(FoundDevice, site=site, address="192.0.2.2*")
        self.add(DeviceProposal, client=client, device=devices, kind="another device", mark="serial", text="Another")
        self.add(InventoryStatement, client=client, kind="nas", by="TAM", until=LATER.date())
        self.add(VerdictChange, client=client, device=devices, standard="ups.runtime", at=AT, before="no", after="yes")
        self.add(VerdictChange, client=client, device=first, standard="ups.runtime", at=AT, before="no", after="yes")
        self.add(FeedEntry, client=client, device=devices, at=AT, kind="new device", text="*")
        self.add(ClientSetting, client=client, standard="ups.runtime", name="name*", value="1", set_by="TAM")
        client.tags.add(*self.add(Tag, name="tag *"))
