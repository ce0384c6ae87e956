"""Retention, and what a client may ask for: personal data exported or erased (decision 27)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from math import inf
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from pydantic import JsonValue

from collectors.facts.vocabulary import KINDS
from server.accounts.acting import acting
from server.accounts.actor import Actor
from server.accounts.rights import Right
from server.clients.models import Client
from server.readings.current import Current, only, packed, unpacked
from server.readings.history import value_text
from server.readings.kept import Kept
from server.readings.lasting import personal_fields
from server.readings.models import (
    CurrentReadings,
    DailySummary,
    FeedEntry,
    Report,
    SectionChange,
    SectionValue,
)
from server.retention import Budget, delete, delete_from_the_front

KEPT: Final = timedelta(days=400)
"""Changed sections, numbers of days, the feed: audits ask twelve months back, and a quarter more."""
PERSONAL: Final = timedelta(days=90)
REPORTS: Final = timedelta(days=35)
"""By which a report is known again: an agent keeps what it could not deliver for seven days, a backup is restored."""
AT_ONCE: Final = 1_000


def forget_old(now: datetime, personal: timedelta = PERSONAL) -> dict[str, int]:
    """Delete what is kept no longer, in small steps; return how many rows of each kind. The nightly retention."""
    newer = SectionChange.objects.filter(
        device=OuterRef("device"),
        section=OuterRef("section"),
        source=OuterRef("source"),
        read_at__gt=OuterRef("read_at"),
    )
    old = SectionChange.objects.filter(read_at__lt=now - KEPT)
    budget = Budget()
    gone = {
        "reports": delete_from_the_front(Report.objects.all(), Q(received_at__lt=now - REPORTS), budget),
        "days": delete_from_the_front(DailySummary.objects.all(), Q(day__lt=(now - KEPT).date()), budget),
        "changes": delete(old.filter(Exists(newer)), budget),
        "feed": delete(FeedEntry.objects.filter(at__lt=now - KEPT), budget),
        "personal feed": delete(FeedEntry.objects.filter(personal=True, at__lt=now - personal), budget),
        "personal changes": delete(
            SectionChange.objects.filter(value__personal=True, read_at__lt=now - personal), budget
        ),
    }
    unused = SectionValue.objects.filter(~Exists(SectionChange.objects.filter(value=OuterRef("pk"))))
    gone["values"] = delete(unused.filter(first_seen_at__lt=now - timedelta(days=1)), budget)
    gone["devices"] = len(_strip(CurrentReadings.objects.all(), now - personal))
    return gone


def export_personal(by: Actor, client: Client) -> dict[str, JsonValue]:
    """Return all personal data that is kept of a client's devices, readable without this software."""
    with acting(
        by, Right.EXPORT, "personal data exported", client_id=client.pk, client_uid=client.uid, about=client
    ) as act:
        by.need(Right.SEE_PERSONAL, client.pk)
        devices: dict[str, JsonValue] = {}
        for row in _rows(client):
            told = [_shown(one) for one in _personal(unpacked(row.packed))]
            if told:
                devices[row.device.name] = list[JsonValue](told)
        history: list[JsonValue] = [
            {
                "device": change.device.name,
                "section": change.section,
                "read_at": change.read_at.isoformat(),
                "value": value_text(change.value),
            }
            for change in SectionChange.objects.filter(device__client=client, value__personal=True)
            .select_related("device", "value")
            .order_by("read_at")
        ]
        news: list[JsonValue] = [
            {"at": entry.at.isoformat(), "kind": entry.kind, "text": entry.text}
            for entry in FeedEntry.objects.filter(client=client, personal=True).order_by("at")
        ]
        act.details["devices"] = len(devices)
        return {"client": client.name, "devices": devices, "history": history, "feed": news}


def erase_personal(by: Actor, client: Client) -> list[int]:
    """Erase all personal data of a client's devices; return the devices (primary keys) that are to be judged anew.

    The next scan reads again what its drivers ask for: to end that, the client's accesses are what to change.
    """
    with acting(
        by, Right.END_CLIENTS, "personal data erased", client_id=client.pk, client_uid=client.uid, about=client
    ) as act:
        changed = _strip(_rows(client), timezone.now() + timedelta(days=3650), fields=True)
        everything = Budget(longest_s=inf)
        delete(SectionChange.objects.filter(device__client=client, value__personal=True), everything)
        delete(SectionValue.objects.filter(client=client, personal=True), everything)
        delete(FeedEntry.objects.filter(client=client, personal=True), everything)
        act.details["devices"] = len(changed)
        return changed


def _rows(client: Client) -> QuerySet[CurrentReadings]:
    return CurrentReadings.objects.filter(device__client=client).select_related("device")


def _personal(current: Current) -> Iterator[Kept]:
    for (section, _source), told in current.readings.items():
        if KINDS[section].personal or personal_fields(section):
            yield from (one for one in told if one.has_value)


def _shown(one: Kept) -> dict[str, JsonValue]:
    value = one.told["value"]
    fields = personal_fields(one.section)
    if not KINDS[one.section].personal:
        value = _picked(value, lambda name: name in fields or name == "name")
    return {"section": one.section, "source": one.source, "read_at": one.read_at.isoformat(), "value": value}


def _picked(value: JsonValue, wanted: Callable[[str], bool]) -> JsonValue:
    if isinstance(value, list):
        return [_picked(one, wanted) for one in value]
    return {name: inner for name, inner in value.items() if wanted(name)} if isinstance(value, dict) else value


def _strip(rows: QuerySet[CurrentReadings], before: datetime, *, fields: bool = False) -> list[int]:
    """Take personal sections that were read before an instant out of what stands; single fields where asked for."""
    changed = []
    for pk in rows.order_by("pk").values_list("pk", flat=True).iterator(AT_ONCE):
        with transaction.atomic():
            row = CurrentReadings.objects.select_for_update().get(pk=pk)
            current = unpacked(row.packed)
            left = _without(current, before, fields=fields)
            if left is current:
                continue
            CurrentReadings.objects.filter(pk=pk, revision=row.revision).update(
                packed=packed(left), revision=row.revision + 1, updated_at=timezone.now()
            )
            changed.append(pk)
    return changed


def _without(current: Current, before: datetime, *, fields: bool) -> Current:
    old = {
        key
        for key, told in current.readings.items()
        if KINDS[key[0]].personal and max(one.read_at for one in told) < before
    }
    named = [key for key in current.readings if fields and personal_fields(key[0])]
    if not old and not named:
        return current
    left = only(current, lambda section, source: (section, source) not in old) if old else current
    if not named:
        return left
    readings = {key: tuple(map(_nameless, told)) if key in named else told for key, told in left.readings.items()}
    return replace(left, readings=readings)


def _nameless(one: Kept) -> Kept:
    if not one.has_value:
        return one
    fields = personal_fields(one.section)
    value = _picked(one.told["value"], lambda name: name not in fields)
    return Kept(one.section, one.source, one.read_at, {**one.told, "value": value}, one.sha256)
