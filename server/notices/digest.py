"""One mail a day, at 07:00 in the person's own time zone; nothing to do is no mail."""

from collections import defaultdict
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from server.accounts.models import User
from server.notices.kinds import KINDS
from server.notices.models import Notice, Outgoing, Switch

AT: Final = time(7, 0)
LINES_COUNT: Final = 50
"""In one mail; the inbox holds all."""


def digest_due(at: datetime) -> int:
    """Put the digests that are due into the outbox; return how many. Running it again adds none."""
    waiting: dict[int, list[Notice]] = defaultdict(list)
    unread = Notice.objects.filter(read_at=None, mailed_at=None, user__is_active=True, at__lte=at)
    for notice in unread.select_related("user", "client").order_by("at"):
        waiting[notice.user_id].append(notice)
    off = set(Switch.objects.filter(user__in=waiting, mail=False).values_list("user_id", "kind"))
    return sum(_digest(notices, off, at) for notices in waiting.values())


def due_at(user: User, at: datetime) -> datetime:
    """Return the latest 07:00 of the person's day that is not after `at`."""
    zone = ZoneInfo(user.time_zone)
    today = datetime.combine(at.astimezone(zone).date(), AT, zone)
    return today if today <= at else today - timedelta(days=1)


def _digest(notices: list[Notice], off: set[tuple[int, str]], at: datetime) -> int:
    user = notices[0].user
    since = due_at(user, at)
    told = [one for one in notices if one.at <= since]
    wanted = [one for one in told if (user.pk, one.kind) not in off and one.kind in KINDS]
    with transaction.atomic():
        Notice.objects.filter(pk__in=[one.pk for one in told]).update(mailed_at=at)
        if not wanted:
            return 0
        with override(user.language):
            body = _body(wanted)
        key = f"digest {user.pk} {since.date().isoformat()}"
        _row, made = Outgoing.objects.get_or_create(
            key=key, defaults={"kind": "mail", "user": user, "body": body, "due_at": at}
        )
    return int(made)


def _body(notices: list[Notice]) -> dict[str, object]:
    subject = ngettext("%(n)d thing for you", "%(n)d things for you", len(notices)) % {"n": len(notices)}
    shown = notices[:LINES_COUNT]
    lines = [f"{one.client.name}: {one.title}" if one.client else one.title for one in shown]
    more = len(notices) - len(shown)
    if more > 0:
        lines.append(_("and %(n)d more in your inbox") % {"n": more})
    return {"subject": subject, "lines": lines, "links": [one.link for one in shown]}
