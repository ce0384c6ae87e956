"""The frame of every action: the right is checked, all is one transaction, and one audit entry says what was done."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from django.db import transaction
from django.utils import timezone

from server.accounts.actor import Actor
from server.accounts.models import AuditEntry, AuditHead
from server.accounts.rights import Right

GENESIS = "0" * 64


class Named(Protocol):
    """A thing that an action is about."""

    @property
    def uid(self) -> str: ...

    def __str__(self) -> str: ...


@dataclass
class Act:
    """An action under way; what it puts into `details` stands in the audit log. Never a secret."""

    action: str
    about: Named | None = None
    client_uid: str = ""
    details: dict[str, object] = field(default_factory=dict)


@contextmanager
def acting(
    by: Actor,
    right: Right,
    action: str,
    *,
    client_id: int | None = None,
    client_uid: str = "",
    about: Named | None = None,
) -> Iterator[Act]:
    """Give the action, inside one transaction that its audit entry ends; raises Forbidden or NotThere before it begins.

    `action` is a verb in the past with its object ('device retired'). An error leaves nothing behind.
    """
    by.need(right, client_id)
    with transaction.atomic():
        act = Act(action, about, client_uid)
        yield act
        _write(by, act)


def _write(by: Actor, act: Act) -> None:
    """Add the entry to the chain; the head is locked first, so that two actions cannot follow the same entry."""
    AuditHead.objects.get_or_create(pk=1, defaults={"sha256": GENESIS})
    head = AuditHead.objects.select_for_update().get(pk=1)
    entry = AuditEntry(
        at=timezone.now(),
        actor=_text(by.name)[:200],
        user_id=by.user_id,
        token_uid=by.token_uid,
        source=by.source,
        action=act.action,
        object_kind=type(act.about).__name__.casefold() if act.about is not None else "",
        object_uid=act.about.uid if act.about is not None else "",
        object_name=_text(str(act.about))[:200] if act.about is not None else "",
        client_uid=act.client_uid,
        details=plain(act.details),
        previous_sha256=head.sha256,
    )
    entry.sha256 = digest(entry)
    entry.save(force_insert=True)
    AuditHead.objects.filter(pk=1).update(sha256=entry.sha256, count=head.count + 1)


def plain(details: dict[str, object]) -> dict[str, object]:
    """Return details as every database gives them back: JSON of texts, whole numbers, lists and maps, without NUL."""
    told: dict[str, object] = json.loads(json.dumps(details), parse_float=str, parse_constant=str)
    return {_text(name): _plain(value) for name, value in told.items()}


def _plain(value: object) -> object:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {_text(name): _plain(one) for name, one in value.items()}
    return value


def _text(text: str) -> str:
    """Return text that PostgreSQL takes: no NUL, no half of a surrogate pair."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def digest(entry: AuditEntry) -> str:
    """Return what ties an entry to all before it."""
    told = [
        entry.at.isoformat(), entry.actor, entry.user_id, entry.token_uid, entry.source, entry.action,
        entry.object_kind, entry.object_uid, entry.object_name, entry.client_uid, entry.details, entry.previous_sha256,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
