"""Two clients with one of each thing that a route can name, for tests that go over all routes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from server.access.models import Access, Credential
from server.accounts.models import ApiToken, Departure, DepartureItem, User
from server.agents.models import Agent, AgentState
from server.alignment.models import VerdictChange
from server.clients.models import Client, Device, DeviceGroup, DeviceProposal, InventoryStatement, Site
from server.notices.causes import Cause
from server.notices.models import Affected, Notice, Outgoing, Problem, Webhook
from server.scans.models import Blackout, FoundDevice, PlanException, ScanJob, ScanPlan, ScanRun, Visit
from server.standards.library import in_force
from tests.seeding import Planted, plant_client

AT: Final = datetime.now(UTC)
FEW: Final = (
    Planted("UPS-RACK", "apc_powernet/smart_ups_on_line", "snmp"),
    Planted("SRV-FILES", "windows_server/member_server", "winrm"),
)


@dataclass(frozen=True)
class Things:
    """A client, and for each place in a route what may stand there."""

    client: Client
    by_place: Mapping[tuple[str, str], str]
    """By the part of the route before a parameter and the parameter's name."""


@dataclass(frozen=True)
class World:
    """Two clients, and what belongs to neither."""

    own: Things
    other: Things
    shared: Mapping[tuple[str, str], str] = field(default_factory=dict)


def uid_of(thing: object) -> str:
    """Return by what a route names a thing."""
    return str(getattr(thing, "uid", None) or getattr(thing, "pk", ""))


def plant_world() -> World:
    """Return two clients, planted with the things of every app."""
    person = User.objects.create_user("leaver@msp.test", "Leaver")
    departure = Departure.objects.create(user=person, by="Administrator")
    plan = ScanPlan.objects.create(name="Nights", rule="FREQ=DAILY;BYHOUR=20;BYMINUTE=0")
    standard = in_force().library.standards[0].id
    hook = Webhook.objects.create(url="https://hooks.example/x", secret="s")
    shared = {
        ("library", "standard_id"): standard,
        ("matrix", "standard_id"): standard,
        ("standards", "standard_id"): standard,
        ("people", "uid"): person.uid,
        ("to-change", "uid"): uid_of(DepartureItem.objects.create(departure=departure, kind="plan", name="A plan")),
        ("plans", "uid"): plan.uid,
        ("webhooks", "uid"): hook.uid,
        ("outbox", "uid"): uid_of(_given_up(hook)),
        ("inbox", "uid"): uid_of(
            Notice.objects.create(user=person, kind="agent_silent", title="Silent", key="silent 1")
        ),
        ("tokens", "uid"): uid_of(ApiToken.objects.create(user=person, name="RMM", sha256="0" * 64)),
    }
    return World(_things("Kestrel Joinery", plan), _things("Alder Street Law", plan), shared)


def _things(name: str, plan: ScanPlan) -> Things:
    client = plant_client(name, AT, FEW, weeks_count=2)
    site = Site.objects.get(client=client)
    device = Device.objects.filter(client=client).order_by("pk")[0]
    access = Access.objects.filter(device=device)[0]
    run = ScanRun.objects.create(client=client, about="All", by="TAM", asked_at=AT)
    credential = Credential.objects.create(client=client, site=site, name="audit", kind="ssh")
    statement = InventoryStatement.objects.create(
        client=client, kind="nas", by="TAM", until=(AT + timedelta(90)).date()
    )
    group = DeviceGroup.objects.create(client=client, name="Pair")
    VerdictChange.objects.create(client=client, device=device, standard="any", at=AT, before="no", after="yes")
    made: dict[tuple[str, str], object] = {
        ("clients", "uid"): client,
        ("sites", "uid"): site,
        ("sites", "site_uid"): site,
        ("devices", "uid"): device,
        ("agents", "uid"): _agent(site),
        ("accesses", "uid"): access,
        ("credentials", "uid"): credential,
        ("runs", "uid"): run,
        ("jobs", "uid"): ScanJob.objects.create(
            site=site, device=device, access=access, run=run.uid, not_after=AT + timedelta(minutes=30)
        ),
        ("exceptions", "uid"): PlanException.objects.create(plan=plan, client=client, why="holidays"),
        ("blackouts", "uid"): Blackout.objects.create(
            client=client, begins_at=AT, ends_at=AT + timedelta(hours=2), why="move", by="TAM"
        ),
        ("visits", "uid"): Visit.objects.create(site=site, day=(AT + timedelta(5)).date(), by="TAM"),
        ("groups", "group_uid"): group,
        ("groups", "uid"): group,
        ("proposals", "uid"): DeviceProposal.objects.create(
            client=client, device=device, kind="another device", mark="serial", text="Another serial number"
        ),
        ("problems", "uid"): _problem(client),
        ("found", "uid"): FoundDevice.objects.create(site=site, address="10.20.0.77"),
    }
    told = {place: uid_of(thing) for place, thing in made.items()}
    return Things(client, {**told, ("statements", "number"): str(statement.pk)})


def _problem(client: Client) -> Problem:
    """Return what keeps one device of this client alone from being read."""
    found = Problem.objects.create(
        cause=Cause("access denied", "ssh", f"audit {client.pk}").key, title="Refused", acts="we", began_at=AT
    )
    Affected.objects.create(problem=found, client=client, devices_count=1, since=AT)
    return found


def _given_up(hook: Webhook) -> Outgoing:
    body = {"kind": "test", "title": "Test"}
    return Outgoing.objects.create(key="test 1", kind="webhook", webhook=hook, body=body, attempts=9, failed_at=AT)


def _agent(site: Site) -> Agent:
    return Agent.objects.create(
        site=site, name="SECOND", state=AgentState.PENDING, signing_key=f"{site.uid:B<43}=", sealing_key="C" * 43 + "="
    )


MISSING: Final = "01J0000000000000000000000Z"
"""No thing has this id."""
UNKNOWN_NUMBER: Final = "987654"
