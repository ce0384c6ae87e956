"""The Active Directory domains of a site, put together from what its domain controllers told."""

from collections.abc import Iterable, Sequence
from typing import Final

from agent.assess import ReadDevice
from collectors.facts.merge import subject_of
from collectors.facts.reading import Reading, Snapshot, Value
from collectors.facts.subject import Subject

CONTROLLER: Final = "domain-controller"
OF_DOMAIN: Final = frozenset(
    {"directory", "password_policy", "fine_password_policies", "lockout", "accounts", "admins", "entra_connect"}
)
"""Sections that a domain controller tells of its domain, not of itself: it has no accounts of its own."""
_TELLING: Final = ("password_policy", "fine_password_policies", "lockout")


def domains_of(devices: Iterable[ReadDevice]) -> tuple[Subject, ...]:
    """Return a subject for each domain.

    No fact names the domain yet, so controllers count as one domain's as long as their policies agree; where they
    differ, each policy is asked for itself and none can hide behind another.
    """
    by_policy: dict[str, list[ReadDevice]] = {}
    for device in devices:
        if _is_controller(device):
            by_policy.setdefault(_policy(device), []).append(device)
    unread = by_policy.pop("", [])
    if unread and not by_policy:
        by_policy[""] = unread
    return tuple(_domain(members) for members in by_policy.values())


def _domain(controllers: Sequence[ReadDevice]) -> Subject:
    snapshots = [_of_domain(snapshot) for device in controllers for snapshot in device.snapshots]
    names = ", ".join(device.device.name for device in controllers)
    return subject_of(snapshots, name=f"domain of {names}", kind="domain")


def _of_domain(snapshot: Snapshot) -> Snapshot:
    readings = tuple(reading for reading in snapshot.readings if reading.section in OF_DOMAIN)
    return snapshot.model_copy(update={"readings": readings})


def _is_controller(device: ReadDevice) -> bool:
    told = [role for reading in _readings(device, "roles") for role in _texts(reading.value)]
    return CONTROLLER in told or CONTROLLER in device.device.roles


def _texts(value: Value | None) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, tuple) else []


def _policy(device: ReadDevice) -> str:
    """Return the policies that a controller told as one text, '' where it told none."""
    return "; ".join(repr(reading.value) for section in _TELLING for reading in _readings(device, section))


def _readings(device: ReadDevice, section: str) -> list[Reading]:
    return [
        reading
        for snapshot in device.snapshots
        for reading in snapshot.readings
        if reading.section == section and reading.value is not None
    ]
