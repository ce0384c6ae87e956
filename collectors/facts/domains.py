"""The Active Directory domains of a site, put together from what its domain controllers told."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from collectors.facts.gaps import WHOLE_DEVICE, Gap
from collectors.facts.merge import combine
from collectors.facts.reading import Reading, Value
from collectors.facts.subject import Subject

CONTROLLER: Final = "domain-controller"
OF_DOMAIN: Final = frozenset(
    {"directory", "password_policy", "fine_password_policies", "lockout", "accounts", "admins", "entra_connect"}
)
"""Sections that a domain controller tells of its domain, not of itself: it has no accounts of its own."""
_TELLING: Final = ("password_policy", "fine_password_policies", "lockout")


def domains_of(devices: Iterable[Subject]) -> tuple[Subject, ...]:
    """Return a subject for each domain.

    No fact names the domain yet, so controllers count as one domain's as long as their policies agree; where they
    differ, each policy is asked for itself and none can hide behind another.
    """
    by_policy: dict[str, list[Subject]] = {}
    for device in devices:
        if _is_controller(device):
            by_policy.setdefault(_policy(device), []).append(device)
    unread = by_policy.pop("", [])
    if unread and not by_policy:
        by_policy[""] = unread
    return tuple(_domain(members) for members in by_policy.values())


def _domain(controllers: Sequence[Subject]) -> Subject:
    readings = {section: told for section in sorted(OF_DOMAIN) if (told := _newest(controllers, section))}
    gaps: dict[str, Gap] = {}
    for controller in reversed(controllers):
        gaps |= {path: gap for path, gap in controller.gaps.items() if _section(path) not in readings}
    for section, told in readings.items():
        inner = combine(told).field_gaps if any(reading.field_gaps for reading in told) else {}
        gaps |= {_whole_path(section, path): gap for path, gap in inner.items()}
    kept = {path: gap for path, gap in gaps.items() if _section(path) in {*OF_DOMAIN, WHOLE_DEVICE}}
    names = ", ".join(controller.name for controller in controllers)
    return Subject(
        name=f"domain of {names}",
        kind="domain",
        readings=readings,
        gaps=kept,
        not_reread=_of_domain([one.not_reread for one in controllers]),
    )


def _newest(controllers: Sequence[Subject], section: str) -> tuple[Reading, ...]:
    """Return the newest reading of each kind of source: the controllers hold one and the same directory."""
    newest: dict[tuple[str, str], Reading] = {}
    for reading in (one for controller in controllers for one in controller.readings.get(section, ())):
        source = (reading.source.transport, reading.source.driver)
        if source not in newest or reading.read_at > newest[source].read_at:
            newest[source] = reading
    return tuple(newest.values())


def _of_domain(told: Sequence[Mapping[str, Gap]]) -> dict[str, Gap]:
    return {path: gap for one in reversed(told) for path, gap in one.items() if _section(path) in OF_DOMAIN}


def _is_controller(device: Subject) -> bool:
    told = [role for reading in device.readings.get("roles", ()) for role in _texts(reading.value)]
    return CONTROLLER in told or CONTROLLER in device.roles


def _texts(value: Value | None) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, tuple) else []


def _policy(device: Subject) -> str:
    """Return the policies that a controller told as one text, '' where it told none."""
    return "; ".join(repr(reading.value) for section in _TELLING for reading in device.readings.get(section, ()))


def _section(path: str) -> str:
    return path.partition(".")[0].partition("[")[0]


def _whole_path(section: str, path: str) -> str:
    return f"{section}.{path}" if path and not path.startswith("[") else f"{section}{path}"
