"""A server with clients, devices and history, made from the drivers' recordings: for tests of pages and the demo."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from collectors.facts.reading import Device as ReadDevice
from collectors.facts.reading import Snapshot, Source, snapshot_of
from server.access.models import Access, AccessState
from server.agents.models import Agent, AgentState
from server.alignment.models import WeeklySummary
from server.alignment.reevaluating import judge_device
from server.alignment.rolling import roll_up_client
from server.clients.models import Client, Device, Site, Tag
from server.readings.current import Current, merged, packed
from server.readings.feed import NEW_DEVICE
from server.readings.models import CurrentReadings, FeedEntry
from tests.test_drivers import read

RECORDINGS: Final = Path(__file__).parent / "recordings"
NAMES: Final = (
    "Kestrel Joinery", "Harbour & Finch Dental", "Northgate Veterinary Group", "Alder Street Law", "Pellworth Foods",
    "Brightwater Surveyors", "Meridian Print Works", "Oakhurst Primary Trust", "Tallow & Reed Architects",
)  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """A device to be planted: its name, the recording it tells, and how its access is."""

    name: str
    recording: str
    transport: str
    state: AccessState = AccessState.WORKS
    age: timedelta = timedelta(hours=6)


DEVICES: Final = (
    Planted("FW-MAIN", "fortios/standalone", "ssh"),
    Planted("SW-CORE", "cisco_ios/iosxe_switch", "ssh"),
    Planted("SW-HALL", "hp_procurve/aruba_2930f", "ssh"),
    Planted("UPS-RACK", "apc_powernet/smart_ups_on_line", "snmp"),
    Planted("UPS-HALL", "ups_mib/single_phase", "snmp", age=timedelta(days=41)),
    Planted("SRV-FILES", "windows_server/member_server", "winrm"),
    Planted("SRV-DC1", "windows_server/well_kept", "winrm"),
    Planted("PC-RECEPTION", "windows_workstation/windows_11", "winrm", AccessState.REFUSED),
)


def plant_client(name: str, at: datetime, devices: Sequence[Planted] = DEVICES, weeks_count: int = 30) -> Client:
    """Return a client with a site, an agent, devices that were read, their verdicts, and a history."""
    client = Client.objects.create(name=name, time_zone="Europe/London")
    client.tags.add(Tag.objects.get_or_create(name="managed")[0])
    site = Site.objects.create(client=client, name="Main office", time_zone="Europe/London")
    Agent.objects.create(
        site=site,
        name=f"{name.split(maxsplit=1)[0].upper()}-MGMT",
        state=AgentState.APPROVED,
        signing_key=f"{client.uid:A<43}=",
        sealing_key=f"{site.uid:A<43}=",
        version="0.2.0",
        platform="Debian 12",
        seen_at=at - timedelta(seconds=40),
    )
    for number, planted in enumerate(devices):
        plant_device(site, planted, f"10.20.{number // 250}.{number % 250 + 1}", at)
    roll_up_client(client, at)
    _plant_weeks(client, at, weeks_count)
    return client


def plant_device(site: Site, planted: Planted, address: str, at: datetime) -> Device:
    """Return a device that told its recording at an earlier instant."""
    read_at = at - planted.age
    snapshot = snapshot_at(planted, read_at)
    device = Device.objects.create(
        client=site.client,
        site=site,
        name=planted.name,
        kind=snapshot.device.device_class or "device",
        read_at=read_at,
    )
    current = merged(Current(), snapshot).current
    CurrentReadings.objects.create(device=device, packed=packed(current), updated_at=read_at)
    works = planted.state == AccessState.WORKS
    Access.objects.create(
        device=device,
        transport=planted.transport,
        address=address,
        state=planted.state,
        reason="" if works else "access denied",
        text="" if works else "refused the account",
        tried_at=at,
        worked_at=read_at,
        local_credential="audit",
    )
    FeedEntry.objects.create(client=site.client, device=device, at=read_at, kind=NEW_DEVICE, text=device.name)
    judge_device(device.pk, at)
    return device


def snapshot_at(planted: Planted, at: datetime) -> Snapshot:
    """Return what a recording tells, as if it were read at that instant."""
    driver, _, name = planted.recording.partition("/")
    facts, _sheet = read(RECORDINGS / driver / f"{name}.yaml")
    told = ReadDevice.model_validate({"name": planted.name, "driver": driver, "transport": planted.transport})
    source = Source.model_validate({"transport": planted.transport, "driver": driver})
    return snapshot_of(facts, told, source, at)


def _plant_weeks(client: Client, at: datetime, weeks_count: int) -> None:
    monday = at.date() - timedelta(days=at.weekday())
    now = WeeklySummary.objects.get(client=client, week_on=monday)
    WeeklySummary.objects.bulk_create(
        WeeklySummary(
            client=client,
            week_on=monday - timedelta(weeks=ago),
            yes=max(0, now.yes - ago // 4),
            no=now.no + ago // 4,
            unknown=now.unknown,
            not_applicable=now.not_applicable,
        )
        for ago in range(1, weeks_count)
    )
