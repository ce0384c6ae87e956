"""The database of the page benchmark: clients, a library of 456 standards, and years of weekly scans.

One client is read from recordings and judged by the rules; the others are copies of it with verdicts of their own. What
the server deletes after a while (jobs 90 days, reports 35, facts' history and the feed 400) is filled in for so long.
"""

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.db.models import Model

from rules.library_at import SHIPPED
from server.access.models import Access, AccessState
from server.accounts.models import AuditEntry, AuditHead
from server.agents.models import Agent
from server.alignment.models import ClientStandard, DeviceVerdicts, OtherVerdicts, VerdictChange, WeeklySummary
from server.clients.models import Client, Device, Site, Tag
from server.readings.feed import FIRMWARE
from server.readings.models import (
    CurrentReadings,
    DailySummary,
    FeedEntry,
    Report,
    SectionChange,
    SectionValue,
)
from server.scans.models import ScanJob, ScanPlan, Slot
from tests.seeding import DEVICES, NAMES, plant_client

STANDARDS: Final = 456
IN_A_FILE: Final = 15
WEEK: Final = timedelta(weeks=1)
WEEKS_A_YEAR: Final = 52
CHANGED_SHARE: Final = 0.01
"""Of a client's verdicts in a week (performance.md, section 5)."""
HISTORY_WEEKS: Final = 400 // 7
JOB_WEEKS: Final = 90 // 7
REPORT_WEEKS: Final = 35 // 7
AUDITED_A_WEEK: Final = 4
"""Entries of the audit log for each client: 800 a week for 200 clients."""
PEOPLE: Final = tuple(f"Person {number}" for number in range(30))
ACTIONS: Final = tuple(
    f"{thing} {done}"
    for thing in ("client", "device", "credential", "scan plan", "agent", "person", "problem", "setting")
    for done in ("added", "changed", "removed", "looked at", "approved")
)
WORDS: Final = ("yes", "yes", "yes", "no", "unknown", "not applicable")
AT_ONCE: Final = 2_000


def write_library(folder: Path) -> None:
    """Write a library of 456 standards: the shipped ones, repeated under other ids."""
    entries = [
        f"- id: {entry}"
        for file in sorted(SHIPPED.rglob("*.yaml"))
        for entry in re.split(r"^- id: ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    ]
    rounds = (
        re.sub(r"\A- id: (\S+)", rf"- id: \1-{number}" if number else r"- id: \1", one)
        for number in range(STANDARDS // len(entries) + 1)
        for one in entries
    )
    chosen = list(islice(rounds, STANDARDS))
    folder.mkdir(parents=True)
    for first in range(0, STANDARDS, IN_A_FILE):
        (folder / f"{first:04}.yaml").write_text("\n".join(chosen[first : first + IN_A_FILE]), encoding="utf-8")


@dataclass(frozen=True)
class Sample:
    """The one client that was really read and judged, with its rows."""

    client: Client
    at: datetime
    plan: ScanPlan
    devices: tuple[Device, ...]
    standards: tuple[ClientStandard, ...]
    others: tuple[OtherVerdicts, ...]


def sample() -> Sample:
    """Return a client with eight devices, read from recordings and judged by the library in force."""
    at = datetime.now(UTC)
    client = plant_client(NAMES[0], at, DEVICES, weeks_count=1)
    plan = ScanPlan.objects.create(name="Weekly", rule="FREQ=WEEKLY;BYDAY=SU;BYHOUR=3;BYMINUTE=0", all_clients=True)
    devices = Device.objects.filter(client=client).select_related("current", "verdicts").prefetch_related("accesses")
    return Sample(
        client,
        at,
        plan,
        tuple(devices),
        tuple(ClientStandard.objects.filter(client=client)),
        tuple(OtherVerdicts.objects.filter(client=client)),
    )


@transaction.atomic
def add_clients(like: Sample, first: int, end: int) -> list[Client]:
    """Add clients that are like the sample but for their names and verdicts; return them."""
    clients = Client.objects.bulk_create(
        Client(name=f"{NAMES[number % len(NAMES)]} {number}", time_zone="Europe/London") for number in range(first, end)
    )
    tag = Tag.objects.get(name="managed")
    Client.tags.through.objects.bulk_create(Client.tags.through(client=one, tag=tag) for one in clients)
    sites = Site.objects.bulk_create(Site(client=one, name="Main office", time_zone="Europe/London") for one in clients)
    _agents(like, sites)
    for site in sites:
        _devices(like, site)
    ClientStandard.objects.bulk_create(
        (
            _standard(row, site.client, random.Random(f"{site.client.name} {row.standard}"))
            for site in sites
            for row in like.standards
        ),
        batch_size=AT_ONCE,
    )
    OtherVerdicts.objects.bulk_create(
        OtherVerdicts(client=one, kind=row.kind, name=row.name, packed=row.packed, evaluated_at=like.at)
        for one in clients
        for row in like.others
    )
    return clients


def _agents(like: Sample, sites: Iterable[Site]) -> None:
    agent = Agent.objects.get(site__client=like.client)
    Agent.objects.bulk_create(
        Agent(
            site=site, name=f"{site.client.name.split()[0].upper()}-MGMT", state=agent.state, version=agent.version,
            platform=agent.platform, seen_at=agent.seen_at, signing_key=f"{site.uid:A<43}=",
            sealing_key=agent.sealing_key,
        )
        for site in sites
    )  # fmt: skip


def _devices(like: Sample, site: Site) -> None:
    """Add the sample's devices at a site; one access in sixteen fails."""
    devices = Device.objects.bulk_create(
        Device(client=site.client, site=site, name=one.name, kind=one.kind, read_at=one.read_at, marks=one.marks)
        for one in like.devices
    )
    pairs = list(zip(like.devices, devices, strict=True))
    CurrentReadings.objects.bulk_create(
        CurrentReadings(device=new, packed=one.current.packed, updated_at=one.current.updated_at) for one, new in pairs
    )
    DeviceVerdicts.objects.bulk_create(_copied(one.verdicts, device=new, pk=new.pk) for one, new in pairs)
    chance = random.Random(site.client.name)
    accesses = [
        _copied(way, pk=None, uid=f"{way.uid[:6]}{new.pk:020}", device=new)
        for one, new in pairs
        for way in one.accesses.all()
    ]
    for way in accesses:
        if chance.random() < 1 / 16:
            way.state, way.reason, way.text = AccessState.REFUSED, "access denied", "refused the account"
    Access.objects.bulk_create(accesses)


def _copied(row: Any, **other: Any) -> Any:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    for name, value in other.items():
        values.pop(f"{name}_id", None)
        if name == "pk":
            values.pop(row._meta.pk.attname, None)
        if value is not None:
            values[name] = value
    return type(row)(**values)


def _standard(row: ClientStandard, client: Client, chance: random.Random) -> ClientStandard:
    """Return what a standard says of a copy: mostly the same, in one case of five another verdict."""
    copied: ClientStandard = _copied(row, pk=None, client=client)
    if chance.random() < 0.2:
        copied.verdict = chance.choice(WORDS)
        copied.reason = "missing" if copied.verdict == "unknown" else ""
    return copied


def add_weeks(like: Sample, clients: list[Client], first: int, end: int) -> None:
    """Add the weeks from `first` weeks ago on, back to before `end`: what their scans and people left behind."""
    for number, client in enumerate(clients):
        chance = random.Random(f"{client.name} {first}")
        with transaction.atomic():
            _client_weeks(like, client, range(first, end), chance, timedelta(minutes=number * 50 % 10_080))
    with transaction.atomic():
        _saved(AuditEntry, _audited(like, clients, range(first, end)))
        AuditHead.objects.update_or_create(pk=1, defaults={"sha256": "0" * 64, "count": AuditEntry.objects.count()})


def _client_weeks(like: Sample, client: Client, weeks: range, chance: random.Random, offset: timedelta) -> None:
    devices = list(Device.objects.filter(client=client).order_by("pk"))
    names = [row.standard for row in like.standards]
    monday = like.at.date() - timedelta(days=like.at.weekday())
    total = len(names)
    summed = {
        "yes": total // 2,
        "no": total // 8,
        "unknown": total // 4,
        "stale": total // 16,
        "not_applicable": total // 8,
    }
    # this week's row of the sample is the roll-up's own
    _saved(
        WeeklySummary,
        (
            WeeklySummary(client=client, week_on=monday - week * WEEK, **summed)
            for week in weeks
            if week or client.pk != like.client.pk
        ),
    )
    instants = {week: like.at - week * WEEK - offset for week in weeks}
    _saved(VerdictChange, _changes(client, devices, names, instants, chance))
    kept = {week: at for week, at in instants.items() if week < HISTORY_WEEKS}
    _saved(FeedEntry, _feed(client, devices, kept, chance))
    _sections(client, devices, kept)
    recent = {week: at for week, at in instants.items() if week < JOB_WEEKS}
    _jobs(like, client, devices, recent, chance)


def _changes(
    client: Client, devices: list[Device], names: list[str], instants: dict[int, datetime], chance: random.Random
) -> Iterator[VerdictChange]:
    for at in instants.values():
        for standard in chance.sample(names, round(len(names) * CHANGED_SHARE)):
            before, after = chance.sample(("yes", "no", "unknown"), 2)
            told = {"client": client, "standard": standard, "at": at, "before": before, "after": after}
            text = "shortest password 13, must be at least 14"
            yield VerdictChange(device=chance.choice(devices), text=text, **told)
            yield VerdictChange(device=None, text=f"1 of {len(devices)}: {text}", **told)


def _feed(
    client: Client, devices: list[Device], instants: dict[int, datetime], chance: random.Random
) -> Iterator[FeedEntry]:
    for at in instants.values():
        for device in chance.sample(devices, 2):
            yield FeedEntry(
                client=client, device=device, at=at, kind=FIRMWARE, text="FortiOS", before="7.4.1", after="7.4.2"
            )


def _sections(client: Client, devices: list[Device], instants: dict[int, datetime]) -> None:
    """Add a change of a section of each device and week, and the day's numbers."""
    packed = random.Random(client.pk).randbytes(300)
    values = SectionValue.objects.bulk_create(
        (
            SectionValue(client=client, sha256=f"{device.pk:032x}{week:032x}", packed=packed, first_seen_at=at)
            for week, at in instants.items()
            for device in devices
        ),
        batch_size=AT_ONCE,
    )
    told = ((device, at) for at in instants.values() for device in devices)
    _saved(
        SectionChange,
        (
            SectionChange(device=device, section="interfaces", source="snmp|ups_mib", value=value, read_at=at)
            for (device, at), value in zip(told, values, strict=True)
        ),
    )
    _saved(
        DailySummary,
        (DailySummary(device=device, day=at.date(), packed=packed) for at in instants.values() for device in devices),
    )


def _jobs(
    like: Sample, client: Client, devices: list[Device], instants: dict[int, datetime], chance: random.Random
) -> None:
    site, agent = Site.objects.get(client=client), Agent.objects.get(site__client=client)
    ways = {way.device_id: way for way in Access.objects.filter(device__client=client)}
    for week, at in instants.items():
        slot = Slot.objects.create(plan=like.plan, site=site, due_at=at, opened_at=at, state="done")
        jobs = ScanJob.objects.bulk_create(
            ScanJob(
                site=site, slot=slot, device=one, access=ways[one.pk], state="failed" if failed else "done",
                agent=agent, reason="unreachable" if failed else "", made_at=at, not_before=at, ended_at=at,
                not_after=at + timedelta(hours=10),
            )
            for one in devices
            for failed in [chance.random() < 1 / 30]
        )  # fmt: skip
        if week < REPORT_WEEKS:
            Report.objects.bulk_create(
                Report(
                    agent=agent, report_id=one.uid, job=one, device_id=one.device_id, sha256="0" * 64, outcome="stored",
                    observed_at=at, received_at=at,
                )
                for one in jobs
            )  # fmt: skip


def _audited(like: Sample, clients: list[Client], weeks: range) -> Iterator[AuditEntry]:
    """Give the entries of people, oldest first, under numbers that older weeks have lower ones of."""
    chance = random.Random(weeks.start)
    for week in reversed(weeks):
        for number in range(AUDITED_A_WEEK * len(clients)):
            client = chance.choice(clients)
            at = like.at - week * WEEK - timedelta(minutes=50 * number % 10_080)
            yield AuditEntry(
                pk=1_000_000_000 - (week + 1) * 10_000 + AUDITED_A_WEEK * clients[0].pk + number, at=at,
                actor=chance.choice(PEOPLE), source="192.0.2.1",
                action=chance.choice(ACTIONS), object_kind="device", object_uid=client.uid, object_name="SRV-FILES",
                client_uid=client.uid, details={"why": "moved to another rack"}, previous_sha256="0" * 64,
                sha256="0" * 64,
            )  # fmt: skip


def _saved(model: type[Model], rows: Iterable[Any]) -> None:
    model._default_manager.bulk_create(rows, batch_size=AT_ONCE)
