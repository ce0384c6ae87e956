"""Devices: what they are, what they told, how they stand, and what changed."""

from datetime import datetime
from typing import Annotated, Literal

from django.db.models import Q
from django.utils import timezone
from ninja import Query, Router
from pydantic import AwareDatetime, Field

from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.alignment.judging import settings_of
from server.alignment.models import VerdictChange
from server.api.clients import site_seen
from server.api.facts import SectionTold, sections_told
from server.api.operations import MADE, operation
from server.api.said_no import Wrong
from server.api.shapes import (
    Done,
    Kind,
    Limit,
    Line,
    Name,
    Paged,
    PageNumber,
    Shown,
    Sought,
    Told,
    Uid,
    UidIn,
    Why,
    WhyTold,
    Word,
    rows_of,
)
from server.clients.actions import device as actions
from server.clients.models import Client, Device, DeviceState, Place, Site
from server.readings.feed import sentence
from server.readings.models import FeedEntry
from server.readings.subject import subjects_of_devices
from server.standards.library import in_force
from server.web.device_page import device_seen, verdicts_of
from server.web.facts_shown import gaps_shown

router = Router(tags=["devices"])
CHANGES_COUNT = 200
Out = Literal["out_of_scope", "retired"]


class DeviceShown(Shown):
    """A device, with how many standards say what of it."""

    uid: str
    client: str
    site: str
    name: str
    kind: str
    roles: list[str]
    group: str
    place: str
    state: str
    quarantined_at: AwareDatetime | None
    read_at: AwareDatetime | None
    verdicts: dict[str, int]


class VerdictTold(Shown):
    """What one standard says of a device."""

    standard: str
    question: str
    verdict: str
    reason: str
    evidence: list[str]
    changed_at: AwareDatetime | None


class GapTold(Shown):
    """Why something is not known."""

    what: list[str]
    reason: str
    text: str
    who_acts: str


class ChangeTold(Shown):
    """Something that changed."""

    at: AwareDatetime
    kind: str
    text: str


class Readings(Shown):
    """What a device told, and what it did not tell."""

    device: DeviceShown
    sections: list[SectionTold]
    gaps: list[GapTold]


class DeviceTold(Told):
    """What a person says of a device; the kind 'device' leaves it to what the device tells."""

    site: UidIn
    name: Name
    kind: Kind = actions.UNKNOWN_KIND
    roles: list[Word] = Field(default_factory=list)
    group: Word | None = None
    place: Annotated[str, Line(200, 0)] | None = None
    """Of the site; left out: it keeps its own, '': none."""


class OutTold(Told):
    """Why a device counts no more."""

    state: Out
    why: Why


def device_shown(one: Device) -> DeviceShown:
    """Return a device as programs are told; give it with client, site, place, group and verdicts selected."""
    row = getattr(one, "verdicts", None)
    names = ("yes", "no", "unknown", "not_applicable")
    return DeviceShown(
        uid=one.uid, client=one.client.uid, site=one.site.uid, name=one.name, kind=one.kind,
        roles=[str(role) for role in one.roles], group=one.group.name if one.group else "",
        place=one.place.name if one.place else "", state=one.state, quarantined_at=one.quarantined_at,
        read_at=one.read_at, verdicts={name: getattr(row, name) if row else 0 for name in names},
    )  # fmt: skip


@operation(router, "GET", "/devices", "api_devices", Right.SEE_CLIENTS, Paged[DeviceShown])
def devices(
    request: SignedIn,
    client: Annotated[str, Query(max_length=26)] = "",
    site: Annotated[str, Query(max_length=26)] = "",
    kind: Annotated[str, Query(max_length=40)] = "",
    state: Literal["in_use", "out_of_scope", "retired"] = "in_use",
    q: Sought = "",
    page: PageNumber = 1,
    limit: Limit = 50,
) -> Paged[DeviceShown]:
    """Return the devices in scope by name: of a client or site (uid), of a kind, in a state; `q` looks in names."""
    seen = Device.objects.filter(client__in=Client.objects.seen_by(request.actor), state=state)
    wanted = {"client__uid": client, "site__uid": site, "kind": kind, "name__icontains": q}
    chosen = seen.filter(Q(**{name: value for name, value in wanted.items() if value}))
    joined = chosen.select_related("client", "site", "place", "group", "verdicts").order_by("name", "pk")
    rows, count = rows_of(joined, page, limit)
    return Paged(items=[device_shown(one) for one in rows], count=count, page=page, limit=limit)


@operation(router, "POST", "/devices", "api_device_add", Right.EDIT_DEVICES, DeviceShown, MADE)
def add(request: SignedIn, told: DeviceTold) -> DeviceShown:
    """Add a device to a site."""
    site = site_seen(request, told.site)
    made = actions.add_device(request.actor, site, _described(told, site))
    return device_shown(device_seen(request.actor, made.uid))


@operation(router, "GET", "/devices/{uid}", "api_device", Right.SEE_CLIENTS, DeviceShown)
def device(request: SignedIn, uid: Uid) -> DeviceShown:
    """Return a device."""
    return device_shown(device_seen(request.actor, uid))


@operation(router, "POST", "/devices/{uid}", "api_device_change", Right.EDIT_DEVICES, DeviceShown)
def change(request: SignedIn, uid: Uid, told: DeviceTold) -> DeviceShown:
    """Change what a person says of a device; at another site it has no place until one is told."""
    one = device_seen(request.actor, uid)
    site = site_seen(request, told.site)
    actions.change_device(request.actor, one, site, _described(told, site, one if one.site_id == site.pk else None))
    return device_shown(device_seen(request.actor, uid))


@operation(router, "POST", "/devices/{uid}/out", "api_device_out", Right.EDIT_DEVICES, Done)
def out(request: SignedIn, uid: Uid, told: OutTold) -> Done:
    """Retire a device, or leave it out of scope: it counts nowhere, its history stays."""
    actions.take_out(request.actor, device_seen(request.actor, uid), DeviceState(told.state), told.why)
    return Done()


@operation(router, "POST", "/devices/{uid}/back", "api_device_back", Right.EDIT_DEVICES, Done)
def back(request: SignedIn, uid: Uid) -> Done:
    """Take a device into use again."""
    actions.take_back(request.actor, device_seen(request.actor, uid))
    return Done()


@operation(router, "POST", "/devices/{uid}/trust", "api_device_trust", Right.EDIT_DEVICES, Done)
def trust(request: SignedIn, uid: Uid, told: WhyTold) -> Done:
    """Say that what answers at a quarantined device is it: its old identity marks are forgotten."""
    actions.trust_again(request.actor, device_seen(request.actor, uid), told.why)
    return Done()


@operation(router, "GET", "/devices/{uid}/readings", "api_device_readings", Right.SEE_CLIENTS, Readings)
def readings(request: SignedIn, uid: Uid) -> Readings:
    """Return what a device told by section, with source and age, and the gaps; personal data only with the right."""
    one = device_seen(request.actor, uid)
    subject = subjects_of_devices([one])[one.pk]
    personal = request.actor.may(Right.SEE_PERSONAL)
    gaps = [GapTold(what=list(g.what), reason=g.reason, text=g.text, who_acts=g.who) for g in gaps_shown(subject.gaps)]
    sections = sections_told(subject, timezone.now(), personal=personal)
    return Readings(device=device_shown(one), sections=sections, gaps=gaps)


@operation(router, "GET", "/devices/{uid}/verdicts", "api_device_verdicts", Right.SEE_CLIENTS, list[VerdictTold])
def verdicts(request: SignedIn, uid: Uid) -> list[VerdictTold]:
    """Return the verdicts over a device with their evidence, those that need somebody first."""
    one = device_seen(request.actor, uid)
    personal = request.actor.may(Right.SEE_PERSONAL)
    rows = verdicts_of(one, in_force().library, settings_of(one.client_id), personal=personal)
    return [
        VerdictTold(
            standard=row.standard.id, question=row.question, verdict=row.shown, reason=row.reason,
            evidence=list(row.evidence), changed_at=row.changed_at,
        )
        for row in rows
    ]  # fmt: skip


@operation(router, "GET", "/devices/{uid}/changes", "api_device_changes", Right.SEE_CLIENTS, list[ChangeTold])
def changes(request: SignedIn, uid: Uid) -> list[ChangeTold]:
    """Return what changed last, facts and verdicts, newest first; at most 200."""
    one = device_seen(request.actor, uid)
    feed = FeedEntry.objects.filter(device=one).order_by("-at")
    if not request.actor.may(Right.SEE_PERSONAL):
        feed = feed.filter(personal=False)
    told = [ChangeTold(at=entry.at, kind=entry.kind, text=sentence(entry)) for entry in feed[:CHANGES_COUNT]]
    told += [
        ChangeTold(at=row.at, kind="verdict", text=f"{row.standard}: {row.before} became {row.after}")
        for row in VerdictChange.objects.filter(device=one).order_by("-at")[:CHANGES_COUNT]
    ]
    return sorted(told, key=_at, reverse=True)[:CHANGES_COUNT]


def _at(one: ChangeTold) -> datetime:
    return one.at


def _described(told: DeviceTold, site: Site, before: Device | None = None) -> actions.Described:
    place = before.place if before is not None else None
    if told.place is not None:
        place = Place.objects.filter(site=site, name=told.place).first()
    if told.place and place is None:
        raise Wrong("place: the site has no place of this name; add it at the site first")
    return actions.Described(told.name, told.kind, tuple(told.roles), place, told.group or "")
