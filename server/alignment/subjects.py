"""The subjects of a client as rules see them: devices, domains, sites and the client, each knowing the others."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from collectors.facts.domains import domains_of
from collectors.facts.subject import Subject
from rules.judge import related
from server.clients.models import Client, Device, DeviceState
from server.readings.subject import subjects_of_devices
from server.standards.library import InForce


@dataclass(frozen=True)
class ClientSubjects:
    """All of a client; `devices` pairs each row with its subject."""

    devices: tuple[tuple[Device, Subject], ...]
    others: tuple[Subject, ...]
    """Domains, sites, and the client last."""


def devices_as_seen(rows: Sequence[Device], law: InForce, at: datetime) -> dict[int, Subject]:
    """Return devices with their readings, and the past where a standard reads it; by primary key."""
    return subjects_of_devices(rows, law.looks_back, at - timedelta(seconds=law.looks_back_s))


def subjects_of(client: Client, law: InForce, at: datetime) -> ClientSubjects:
    """Return the subjects of a client, without what is out of scope; few queries, whatever the number of devices."""
    rows = list(
        Device.objects.filter(client=client)
        .exclude(state=DeviceState.OUT_OF_SCOPE)
        .select_related("site", "group")
        .order_by("pk")
    )
    places = {site.pk: Subject(name=site.name, kind="site") for site in client.sites.all()}
    told = devices_as_seen(rows, law, at)
    alone = [replace(told[row.pk], parents={"site": places[row.site_id]}) for row in rows]
    domains = _domains(rows, alone)
    everyone = related([*alone, *domains, *places.values()], client.name)
    known, others = everyone[: len(rows)], everyone[len(rows) :]
    return ClientSubjects(tuple(zip(rows, known, strict=True)), others)


def _domains(rows: list[Device], subjects: list[Subject]) -> tuple[Subject, ...]:
    """Return the domains, put together site by site: two sites may each have one."""
    by_site: dict[int, list[Subject]] = defaultdict(list)
    for row, subject in zip(rows, subjects, strict=True):
        if not subject.retired:
            by_site[row.site_id].append(subject)
    return tuple(
        replace(domain, parents={"site": members[0].parents["site"]})
        for members in by_site.values()
        for domain in domains_of(members)
    )
