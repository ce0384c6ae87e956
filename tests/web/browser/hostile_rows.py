"""Markup in every text of every row and of every fact: what a device, a person or a program could have said."""

from collections.abc import Iterator
from itertools import cycle, islice
from typing import Final

from django.apps import apps
from django.db import models
from django.utils import timezone
from pydantic import BaseModel, ValidationError

from collectors.facts.model import Fact, Item
from collectors.facts.reading import Reading, Snapshot
from server.agents.models import Agent
from server.alignment.reevaluating import judge_device
from server.clients.models import Client, Device
from server.notices.models import Problem
from server.readings.current import Current, merged, packed
from server.readings.models import CurrentReadings
from tests.hostile.texts import payloads
from tests.seeding import Planted, snapshot_at

KINDS: Final = (
    "markup in text", "markup in attributes", "URL, script and style", "templates", "bidi", "Markdown",
    "zero width and invisible",
)  # fmt: skip
POLYGLOTS: Final = (
    "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=alert() )//</stYle/</titLe/</teXtarEa/</scRipt/--!>"
    "\\x3csVg/<sVg/oNloAd=alert()//>",
    "'\"--></style></script><svg onload=alert(1)>{{7*7}}${7*7}<%=7*7%>",
)  # fmt: skip
OURS: Final = frozenset({
    "uid", "sha256", "previous_sha256", "password", "email", "time_zone", "language", "theme", "role", "as_role",
    "rule",
    "signing_key", "sealing_key", "former_signing_key", "seen_from", "source", "run", "batch", "transport", "section",
    "library_sha256", "standard", "verdict", "before", "after", "kind", "colour", "colour_dark", "logo_kind",
    "sender", "timing", "thing_uid", "object_kind", "object_uid", "client_uid", "token_uid", "url", "holder", "who",
    "session_key", "word", "boot_id", "sealed", "state", "cause", "acts",
})  # fmt: skip
"""Columns that only the server itself fills, with a word or id of its own."""
TREES: Final = frozenset({"account", "body", "details", "marks", "on_hold", "refused", "value"})
"""Columns of JSON whose texts come from people, devices or agents; their names are the server's."""


def texts(seed: int) -> Iterator[str]:
    """Yield hostile texts without end; the seed says with which they begin."""
    told = payloads()
    every = [*POLYGLOTS, *(one for kind in KINDS for one in told[kind])]
    return islice(cycle(every), seed % len(every), None)


def spoil_rows(waiting: Iterator[str]) -> int:
    """Put hostile text into every column that anybody can fill; return how many cells were spoilt."""
    count = 0
    for model in apps.get_models():
        if model.__module__.startswith("server.") and model.__name__ != "RoleHeld":
            count += _spoil(model, waiting)
    Device.objects.update(roles=list(POLYGLOTS))
    Agent.objects.update(
        local_credentials=list(islice(waiting, 3)),
        on_hold=[{"credential": next(waiting), "device": next(waiting), "waiting_count": 2}],
        refused={"01J0000000000000000000000Z": next(waiting)},
    )
    for row in Problem.objects.all():  # the last part of a cause is a credential's or driver's name
        Problem.objects.filter(pk=row.pk).update(cause=f"access denied|ssh|{next(waiting)[:100]}".replace("\0", ""))
    return count


def _spoil(model: type[models.Model], waiting: Iterator[str]) -> int:
    fields = [one for one in model._meta.concrete_fields if one.name not in OURS and not one.choices]
    lines = [one for one in fields if isinstance(one, (models.CharField, models.TextField))]
    trees = [one for one in fields if isinstance(one, models.JSONField) and one.name in TREES]
    count = 0
    for row in model._default_manager.all():
        told: dict[str, object] = {one.name: _cell(next(waiting), one, int(row.pk)) for one in lines}
        told |= {one.name: _tree(getattr(row, one.name), waiting) for one in trees}
        if told:
            model._default_manager.filter(pk=row.pk).update(**told)  # the audit log's rows, too, which save nothing
        count += len(told)
    return count


def _cell(text: str, column: models.Field[str, str], number: int) -> str:
    at_most = column.max_length or 2_000
    told = text.encode("utf-8", "ignore").decode().replace("\0", "")
    return f"{told[: at_most - 8]}{number:x}" if column.unique or column.name in {"name", "address"} else told[:at_most]


def _tree(value: object, waiting: Iterator[str]) -> object:
    """Return a value of JSON with hostile text in the place of each text, but of the kind that the server reads."""
    if isinstance(value, str):
        return next(waiting).encode("utf-8", "ignore").decode().replace("\0", "")
    if isinstance(value, list):
        return [_tree(one, waiting) for one in value]
    if isinstance(value, dict):
        return {name: one if name == "kind" else _tree(one, waiting) for name, one in value.items()}
    return value


def spoil_readings(client: Client, planted: tuple[Planted, ...], waiting: Iterator[str]) -> int:
    """Let every device of a client tell hostile text in every fact that takes it; return how many facts did."""
    count = 0
    by_name = {one.name: one for one in planted}
    for device in Device.objects.filter(client=client):
        snapshot, spoilt = _spoilt(snapshot_at(by_name[device.name], timezone.now()), waiting)
        CurrentReadings.objects.filter(device=device).update(packed=packed(merged(Current(), snapshot).current))
        judge_device(device.pk, timezone.now())
        count += spoilt
    return count


def _spoilt(snapshot: Snapshot, waiting: Iterator[str]) -> tuple[Snapshot, int]:
    readings, count = [], 0
    for one in snapshot.readings:
        value, spoilt = _value(one.value, waiting)
        readings.append(Reading.model_validate({**dict(one), "value": value}))
        count += spoilt
    return snapshot.model_copy(update={"readings": tuple(readings)}), count


def _value(value: object, waiting: Iterator[str]) -> tuple[object, int]:
    if isinstance(value, tuple):
        pairs = [_value(one, waiting) for one in value]
        return tuple(one for one, _count in pairs), sum(count for _one, count in pairs)
    if not isinstance(value, (Fact, Item)):
        return value, 0
    count, told = 0, value
    for name, one in list(value):
        if type(one) is str:
            taken = _with(told, name, next(waiting))
            count, told = count + (taken is not told), taken
    return told, count


def _with(value: Fact | Item, name: str, text: str) -> Fact | Item:
    """Return a fact with another text, if its own checks let it pass."""
    plain: BaseModel = value
    try:
        return type(value).model_validate({**dict(plain), name: text})
    except ValidationError:
        return value
