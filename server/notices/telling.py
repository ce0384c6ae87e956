"""Telling people: everybody whom a kind concerns, who has the client in scope, each thing once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from collectors.facts.plain_text import plain_line
from server.accounts.models import User
from server.clients.models import Client
from server.notices.kinds import KINDS, Kind
from server.notices.models import Notice, Outgoing, Webhook

TITLE_LENGTH = 200
TEXT_LENGTH = 500
MAIL: Final = "mail"
HOUR: Final = timedelta(hours=1)
AT_ONCE_COUNT: Final = 10
"""Mails to one person within an hour, before the rest waits for the digest."""


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

    What cannot wait also goes into the outbox as a mail, held back until a person's quiet hours are over. After ten
    such mails to a person within an hour the rest waits for the digest.
    """
    kind = KINDS[matter.kind]
    people = list(concerned(kind, matter.client).prefetch_related("switches"))
    known = set(Notice.objects.filter(key=matter.key, user__in=people).values_list("user_id", flat=True))
    wanted = [(one, _wants(one, kind, "inbox"), _wants(one, kind, "mail")) for one in people if one.pk not in known]
    new = [(one, inbox, mail) for one, inbox, mail in wanted if inbox or mail]
    full = _full([one for one, _inbox, mail in new if mail], at) if kind.at_once else set()
    mailed = [one for one, _inbox, mail in new if kind.at_once and mail and one.pk not in full]
    Notice.objects.bulk_create(
        [
            Notice(
                user=one,
                kind=kind.name,
                client=matter.client,
                at=at,
                title=plain_line(matter.title, TITLE_LENGTH),
                text=plain_line(matter.text, TEXT_LENGTH),
                link=matter.link,
                key=matter.key,
                in_inbox=inbox,
                mailed_at=at if one in mailed or not mail else None,
            )
            for one, inbox, mail in new
        ],
        ignore_conflicts=True,
    )
    Outgoing.objects.bulk_create(
        [
            Outgoing(
                key=f"{MAIL} {matter.key} {one.pk}",
                kind="mail",
                user=one,
                body={"subject": with_client(matter), "lines": [matter.text], "links": [matter.link]},
                due_at=after_quiet(one, at),
            )
            for one in mailed
        ],
        ignore_conflicts=True,
    )
    _to_webhooks(matter, at)
    return len(new)


def _full(people: list[User], at: datetime) -> set[int]:
    """Return who was mailed as often within the hour as anybody bears."""
    mails = Outgoing.objects.filter(user__in=people, key__startswith=f"{MAIL} ", made_at__gt=at - HOUR)
    counted = mails.values("user_id").annotate(n=Count("pk")).filter(n__gte=AT_ONCE_COUNT)
    return set(counted.values_list("user_id", flat=True))


def with_client(one: Matter | Notice) -> str:
    """Return the title as it stands alone: the client first."""
    return f"{one.client.name}: {one.title}" if one.client else one.title


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
    zone = zone_of(user)
    local = at.astimezone(zone)
    now = local.time().replace(tzinfo=None, fold=0)
    if not (begins <= now < ends if begins < ends else now >= begins or now < ends):
        return at
    day = local.date() if now < ends else local.date() + timedelta(days=1)
    over = datetime.combine(day, ends, zone)
    # In the night when the clock is put back an hour comes twice: the first may be over before it is quiet.
    return (over if over > at else over.replace(fold=1)).astimezone(at.tzinfo)


def zone_of(user: User) -> ZoneInfo:
    """Return a person's time zone; UTC where this server does not know it, for a person must be told all the same."""
    try:
        return ZoneInfo(user.time_zone)
    except (ValueError, ZoneInfoNotFoundError):
        return ZoneInfo("UTC")


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
        "link": f"{settings.PUBLIC_URL}{matter.link}" if matter.link else "",
        "client": {"uid": matter.client.uid, "name": matter.client.name} if matter.client else None,
    }
    hooks = [one for one in Webhook.objects.filter(active=True) if not one.kinds or matter.kind in one.kinds]
    Outgoing.objects.bulk_create(
        [
            Outgoing(key=f"webhook {one.uid} {matter.key}", kind="webhook", webhook=one, body=body, due_at=at)
            for one in hooks
        ],
        ignore_conflicts=True,
    )
