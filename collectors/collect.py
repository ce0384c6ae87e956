"""Collecting one device by one access: open, detect, ask, read; the outcome is always a snapshot, if only of gaps."""

import importlib
import logging
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import cast

from collectors.access import Access, Circumstances, Secret
from collectors.defects import trace_of
from collectors.detection import Known, detect, named
from collectors.driver import Driver
from collectors.driver_index import DRIVERS_PACKAGE, index_of
from collectors.errors import CollectError
from collectors.facts.facts import Facts
from collectors.facts.gaps import WHOLE_DEVICE, Gap, GapReason
from collectors.facts.marks import Marks
from collectors.facts.reading import Device, Snapshot, Source, TransportName, snapshot_of
from collectors.pace import gentler
from collectors.session import OpenSession, Replies, Session

logger = logging.getLogger(__name__)

TRANSPORTS: Mapping[TransportName, str] = {
    "snmp": "collectors.transports.snmp.session",
    "ssh": "collectors.transports.ssh.session",
    "winrm": "collectors.transports.winrm.session",
    "nut": "collectors.transports.nut",
    "local": "collectors.transports.local",
}
"""The module of each transport; it has `open_session` and is imported on first use."""

CRASHES = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""What a defect of our own reading can raise; pydantic's ValidationError is a ValueError."""
_COULD_NOT_READ = Gap(reason=GapReason.UNEXPECTED_REPLY, text="is not known: the driver could not read the reply")


@dataclass(frozen=True)
class Equipment:
    """Which transports and drivers there are; the tests have others."""

    transports: Mapping[TransportName, str] = field(default_factory=lambda: TRANSPORTS)
    drivers_package: str = DRIVERS_PACKAGE


@dataclass(frozen=True)
class Observation:
    """A snapshot, and what it was read from when the device answered."""

    snapshot: Snapshot
    known: Known | None = None
    replies: Replies | None = None


def collect(
    name: str, access: Access, secret: Secret, circumstances: Circumstances, equipment: Equipment | None = None
) -> Snapshot:
    """Return what one access to a device tells; whatever the device or the network do becomes a gap, never an error."""
    return observe(name, access, secret, circumstances, equipment).snapshot


def observe(
    name: str,
    access: Access,
    secret: Secret,
    circumstances: Circumstances,
    equipment: Equipment | None = None,
    *,
    only_detected: bool = False,
) -> Observation:
    """Return the snapshot together with the driver and the replies that it was read from (for a recording).

    With `only_detected` the driver's own questions are not asked: the snapshot names the driver and has no readings.
    """
    equipment = equipment or Equipment()
    index = index_of(equipment.drivers_package)
    try:
        known = named(access.driver, access.transport, index) if access.driver else None
        with closing(_open(access, secret, circumstances, equipment)) as session:
            known = known or detect(session, access.transport, index)
            if only_detected:
                return _detected(name, access, known, session.hello.marks, circumstances)
            replies = session.ask(gentler(known.driver, circumstances.pace_share))
            marks = session.hello.marks
    except CollectError as error:
        return Observation(unread(name, access, error.gap, circumstances))
    device = Device(name=name, driver=known.name, address=access.address, transport=access.transport)
    return Observation(snapshot_from(device, access.transport, known, replies, marks), known, replies)


def snapshot_from(
    device: Device, transport: TransportName, known: Known, replies: Replies, marks: Marks | None = None
) -> Snapshot:
    """Return the snapshot that a driver reads from replies; `marks` are those that the transport alone knows."""
    facts = read_facts(known, replies)
    if marks is not None:
        facts = facts.model_copy(update={"marks": facts.marks.model_copy(update=marks.model_dump(exclude_none=True))})
    described = device.model_copy(update={"device_class": device.device_class or known.driver.DEVICE_CLASS})
    source = Source(
        transport=transport, driver=known.name, driver_version=int(getattr(known.driver, "DRIVER_VERSION", 1))
    )
    return snapshot_of(facts, described, source, replies.observed_at)


def read_facts(known: Known, replies: Replies) -> Facts:
    """Return what a driver reads; a driver that raises has a defect of ours, which becomes a gap here and only here."""
    driver = cast("Driver[object]", known.driver)
    try:
        return driver.read(replies)
    except CollectError as error:
        return Facts(gaps={WHOLE_DEVICE: error.gap})
    except CRASHES as error:
        logger.error(
            "the driver could not read the reply: a defect of ours",
            extra={"driver": known.name, "trace": trace_of(error)},
        )
        return Facts(gaps={WHOLE_DEVICE: _COULD_NOT_READ})


def unread(name: str, access: Access, gap: Gap, circumstances: Circumstances) -> Snapshot:
    """Return the snapshot of a device that told nothing: one gap over everything."""
    return Snapshot(
        observed_at=circumstances.now(),
        device=Device(name=name, driver=access.driver, address=access.address, transport=access.transport),
        problem=gap,
    )


def _detected(name: str, access: Access, known: Known, marks: Marks, circumstances: Circumstances) -> Observation:
    device = Device(name=name, driver=known.name, address=access.address, transport=access.transport)
    return Observation(Snapshot(observed_at=circumstances.now(), device=device, marks=marks), known)


def _open(access: Access, secret: Secret, circumstances: Circumstances, equipment: Equipment) -> Session:
    module = importlib.import_module(equipment.transports[access.transport])
    open_session = cast("OpenSession", module.open_session)
    return open_session(access, secret, circumstances)
