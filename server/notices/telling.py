"""Telling people: everybody whom a kind concerns, who has the client in scope, each thing once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from server.accounts.models import User
from server.clients.models import Client
from server.notices.kinds import KINDS, Kind
from server.notices.models import Notice, Outgoing, Webhook

TITLE_LENGTH = 200
TEXT_LENGTH = 500


@dataclass(frozen=True)
class Matter:
    """What people are told. `key` names the thing itself: it is told once, however often it is noticed."""

    kind: str
    key: str
    title: str
    text: str = ""
    link: str = ""
    client: Client | None = None


def tell(matter: Matter, at: datetime) -> int:
    """Tell everybody whom it concerns, in the transaction of its cause; return how many had not been told.

    What cannot wait also goes into the outbox as a mail, held back until a person's quiet hours are over.
    """
    kind = KINDS[matter.kind]
    people = list(concerned(kind, matter.client).prefetch_related("switches"))
    inbox = [one for one in people if _wants(one, kind, "inbox")]
    known = set(Notice.objects.filter(key=matter.key, user__in=inbox).values_list("user_id", flat=True))
    new = [one for one in inbox if one.pk not in known]
    mailed = [one for one in new if kind.at_once and _wants(one, kind, "mail")]
    Notice.objects.bulk_create(
        [
            Notice(
                user=one,
                kind=kind.name,
                client=matter.client,
                at=at,
                title=matter.title[:TITLE_LENGTH],
                text=matter.text[:TEXT_LENGTH],
                link=matter.link,
                key=matter.key,
                mailed_at=at if one in mailed else None,
            )
            for one in new
        ],
        ignore_conflicts=True,
    )
    Outgoing.objects.bulk_create(
        [
            Outgoing(
                key=f"mail {matter.key} {one.pk}",
                kind="mail",
                user=one,
                body={"subject": matter.title, "lines": [matter.text], "links": [matter.link]},
                due_at=after_quiet(one, at),
            )
            for one in mailed
        ],
        ignore_conflicts=True,
    )
    _to_webhooks(matter, at)
    return len(new)


def concerned(kind: Kind, client: Client | None) -> QuerySet[User]:
    """Return the active people of the kind's roles who have the client in scope."""
    people = User.objects.filter(is_active=True, roles__role__in=kind.roles)
    if client is not None:
        people = people.filter(Q(all_clients=True) | Q(assignments__client=client))
    return people.distinct().order_by("pk")


def after_quiet(user: User, at: datetime) -> datetime:
    """Return the instant at which a person's quiet hours are over; `at` itself outside of them."""
    begins, ends = user.quiet_from, user.quiet_to
    if begins is None or ends is None or begins == ends:
        return at
    local = at.astimezone(ZoneInfo(user.time_zone))
    now = local.time().replace(tzinfo=None)
    if not (begins <= now < ends if begins < ends else now >= begins or now < ends):
        return at
    day = local.date() if now < ends else local.date() + timedelta(days=1)
    return datetime.combine(day, ends, local.tzinfo)


def _wants(user: User, kind: Kind, where: str) -> bool:
    switch = next((one for one in user.switches.all() if one.kind == kind.name), None)
    return True if switch is None else bool(getattr(switch, where))


def _to_webhooks(matter: Matter, at: datetime) -> None:
    body = {
        "kind": matter.kind,
        "key": matter.key,
        "at": at.isoformat(),
        "title": matter.title,
        "text": matter.text,
        "link": matter.link,
        "client": matter.client.uid if matter.client else None,
    }
    hooks = [one for one in Webhook.objects.filter(active=True) if not one.kinds or matter.kind in one.kinds]
    Outgoing.objects.bulk_create(
        [
            Outgoing(key=f"webhook {one.uid} {matter.key}", kind="webhook", webhook=one, body=body, due_at=at)
            for one in hooks
        ],
        ignore_conflicts=True,
    )
