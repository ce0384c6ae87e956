"""The assessment of a site: all its devices read at once, each one subject, judged by the library of standards."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from agent.inventory import Site, SiteDevice
from agent.mending import NOT_REACHED
from collectors.access import Secret
from collectors.facts.gaps import Gap
from collectors.facts.merge import subject_of
from collectors.facts.reading import Device, Snapshot
from collectors.facts.subject import Subject
from collectors.pool.job import Job
from collectors.pool.parent import Outcome
from rules.judge import judge
from rules.lifecycle.catalogue import Catalogue
from rules.loader import Library
from rules.verdicts_document import DeviceRead, ProblemTold, VerdictsDocument

Collect = Callable[[list[Job]], Iterator[Outcome]]
"""Reads jobs and gives their outcomes as they come: `Pool.outcomes`."""


@dataclass(frozen=True)
class ReadDevice:
    """A device with the snapshot that each of its accesses gave."""

    device: SiteDevice
    snapshots: tuple[Snapshot, ...]

    @property
    def subject(self) -> Subject:
        """Return all accesses merged to one subject, with what the inventory says of the device."""
        merged = subject_of(self.snapshots, name=self.device.name, kind=self.device.device_class)
        return replace(merged, roles=self.device.roles)

    @property
    def problems(self) -> tuple[tuple[str, Gap], ...]:
        """Return the transport and the gap of each access that gave nothing."""
        spoken = {"snmp": "SNMP", "ssh": "SSH", "winrm": "WinRM", "nut": "NUT"}
        told = ((one.device.transport or "local", one.problem) for one in self.snapshots)
        return tuple((spoken.get(transport, "local reading"), gap) for transport, gap in told if gap is not None)

    @property
    def told(self) -> DeviceRead:
        """Return how reading it went."""
        subject = self.subject
        problem = next((gap for _, gap in self.problems), None)
        return DeviceRead(
            name=self.device.name,
            device_class=None if subject.kind == "device" else subject.kind,
            read=any(subject.readings.values()),
            sections=sum(bool(readings) for readings in subject.readings.values()),
            gaps=len(subject.gaps),
            problem=None if problem is None else ProblemTold(reason=problem.reason, text=problem.text),
        )


@dataclass
class SiteReading:
    """What has been read of a site so far; an interruption keeps it."""

    site: Site
    began_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    interrupted: bool = False
    _snapshots: dict[str, Snapshot] = field(default_factory=dict)

    def read(self, secrets: Mapping[str, Secret], collect: Collect, local: Secret) -> None:
        """Read every access of every device; an interruption ends it and is remembered."""
        try:
            for outcome in collect(self.jobs(secrets, local)):
                self._snapshots[outcome.job.id] = outcome.snapshot
        except KeyboardInterrupt:
            self.interrupted = True

    def jobs(self, secrets: Mapping[str, Secret], local: Secret) -> list[Job]:
        """Return a job for each access."""
        return [
            Job(
                id=_id(number, position),
                name=device.name,
                access=one.access,
                secret=secrets[one.credential] if one.credential else local,
            )
            for number, device in enumerate(self.site.devices)
            for position, one in enumerate(device.accesses)
        ]

    @property
    def devices(self) -> tuple[ReadDevice, ...]:
        """Return the devices in the order of the inventory; what was not reached has a gap."""
        return tuple(
            ReadDevice(
                device, tuple(self._snapshot(number, position, device) for position in range(len(device.accesses)))
            )
            for number, device in enumerate(self.site.devices)
        )

    def _snapshot(self, number: int, position: int, device: SiteDevice) -> Snapshot:
        access = device.accesses[position].access
        told = self._snapshots.get(_id(number, position))
        if told is None:
            described = Device(
                name=device.name, driver=access.driver, address=access.address, transport=access.transport
            )
            told = Snapshot(observed_at=self.began_at, device=described, problem=NOT_REACHED)
        described = told.device.model_copy(update={"transport": access.transport})
        return told.model_copy(update={"device": described})


def judged(
    reading: SiteReading, library: Library, at: datetime, catalogue: Catalogue, domains: Sequence[Subject] = ()
) -> VerdictsDocument:
    """Return the verdicts of all standards over what was read."""
    site = reading.site
    place = Subject(name=site.name, kind="site")
    devices = reading.devices
    subjects = [replace(device.subject, parents={"site": place}) for device in devices]
    return judge(
        [*subjects, *domains, place],
        library,
        at,
        client=site.client,
        zone=site.zone,
        catalogue=catalogue,
        overrides=overrides_of(site),
        statements=site.statements,
        devices=[device.told for device in devices],
    )


def overrides_of(site: Site) -> dict[str, dict[str, object]]:
    """Return the client's parameters as the library takes them: yes and no are words there."""
    return {
        standard: {name: spoken_setting(value) for name, value in settings.items()}
        for standard, settings in site.parameters.items()
    }


def spoken_setting(value: object) -> object:
    """Return a setting as the library takes it."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def _id(number: int, position: int) -> str:
    return f"{number}/{position}"
