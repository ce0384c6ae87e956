"""One mail a day, at 07:00 in the person's own time zone; nothing to do is no mail."""

from datetime import datetime, time, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from server.accounts.models import User
from server.notices.models import Notice, Outgoing
from server.notices.telling import after_quiet, with_client, zone_of

AT: Final = time(7, 0)
LINES_COUNT: Final = 50
"""In one mail; the inbox holds all."""


def digest_due(at: datetime) -> int:
    """Put the digests that are due into the outbox; return how many. Running it again adds none."""
    people = User.objects.filter(pk__in=_waiting().values("user"), is_active=True)
    due = {digest_key(one, at): one for one in people}
    had = set(Outgoing.objects.filter(key__in=due).values_list("key", flat=True))
    return sum(_digest(one, key, at) for key, one in due.items() if key not in had)


def due_at(user: User, at: datetime) -> datetime:
    """Return the latest 07:00 of the person's day that is not after `at`."""
    zone = zone_of(user)
    day = at.astimezone(zone).date()
    today = datetime.combine(day, AT, zone)
    return today if today <= at else datetime.combine(day - timedelta(days=1), AT, zone)


def digest_key(user: User, at: datetime) -> str:
    """Return what names the digest that a person has last been due: one a day."""
    return f"digest {user.pk} {due_at(user, at).date().isoformat()}"


def seen_by(user: User) -> Q:
    """Return which notices a person may still know of: a client may have left their scope since."""
    return Q() if user.all_clients else Q(client=None) | Q(client__assignments__user=user)


def _waiting() -> QuerySet[Notice]:
    return Notice.objects.filter(mailed_at=None, read_at=None)


def _digest(user: User, key: str, at: datetime) -> int:
    """Put one person's digest into the outbox; a notice that came too late for it waits for the next."""
    waiting = _waiting().filter(seen_by(user), user=user, at__lte=due_at(user, at))
    notices = list(waiting.select_related("client").order_by("at", "pk"))
    if not notices:
        return 0
    with transaction.atomic():
        with override(user.language):
            body = _body(notices)
        _row, made = Outgoing.objects.get_or_create(
            key=key, defaults={"kind": "mail", "user": user, "body": body, "due_at": after_quiet(user, at)}
        )
        if made:
            Notice.objects.filter(pk__in=[one.pk for one in notices]).update(mailed_at=at)
    return int(made)


def _body(notices: list[Notice]) -> dict[str, object]:
    subject = ngettext("%(n)d thing for you", "%(n)d things for you", len(notices)) % {"n": len(notices)}
    shown = notices[:LINES_COUNT]
    lines = [with_client(one) for one in shown]
    more = len(notices) - len(shown)
    if more > 0:
        lines.append(_("and %(n)d more in your inbox") % {"n": more})
    return {"subject": subject, "lines": lines, "links": [one.link for one in shown]}
