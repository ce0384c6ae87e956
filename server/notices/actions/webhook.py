"""Webhooks and the outbox: add, change, test, switch off, send again."""

import secrets
from collections.abc import Collection
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from collectors.link.ids import fresh_id
from server.accounts.acting import acting
from server.accounts.actor import Actor, NotThere
from server.accounts.rights import Right
from server.clients.actions.client import Refused
from server.notices.kinds import KINDS
from server.notices.models import Outgoing, Webhook
from server.notices.outbox import Never
from server.notices.webhooks import receiver_of

AT_MOST: Final = 20
TEST: Final = "test"


def webhook_of(uid: str) -> Webhook:
    """Return a webhook; raises NotThere."""
    found = Webhook.objects.filter(uid=uid).first()
    if found is None:
        raise NotThere("there is no such webhook")
    return found


def add_webhook(by: Actor, url: str, kinds: Collection[str]) -> tuple[Webhook, str]:
    """Return a new webhook and its secret, which is shown this once; no kind means all."""
    _checked(url)
    with acting(by, Right.MANAGE_SERVER, "webhook added") as act:
        if Webhook.objects.count() >= AT_MOST:
            raise Refused(_("There are %(n)d webhooks already; switch one off and remove it first.") % {"n": AT_MOST})
        secret = secrets.token_urlsafe(32)
        hook = Webhook.objects.create(url=url, secret=secret, kinds=_known(kinds))
        act.about = hook
        act.details["kinds"] = hook.kinds
    return hook, secret


def change_webhook(by: Actor, uid: str, kinds: Collection[str], *, active: bool) -> None:
    """Change which kinds a webhook is told of, and whether it is on."""
    hook = webhook_of(uid)
    with acting(by, Right.MANAGE_SERVER, "webhook changed", about=hook) as act:
        Webhook.objects.filter(pk=hook.pk).update(kinds=_known(kinds), active=active)
        act.details |= {"kinds": _known(kinds), "active": active}


def remove_webhook(by: Actor, uid: str) -> None:
    """Remove a webhook, with what waits for it."""
    hook = webhook_of(uid)
    with acting(by, Right.MANAGE_SERVER, "webhook removed", about=hook):
        hook.delete()


def try_webhook(by: Actor, uid: str) -> Outgoing:
    """Return a message that leaves within a minute, by the same way as all others."""
    hook = webhook_of(uid)
    with acting(by, Right.MANAGE_SERVER, "webhook tested", about=hook):
        if not hook.active:
            raise Refused(_("It is switched off."))
        now = timezone.now()
        body = {"kind": TEST, "at": now.isoformat(), "title": "Test", "text": "Sent to see that it arrives."}
        key = f"webhook {uid} {TEST} {fresh_id()}"
        return Outgoing.objects.create(key=key, kind="webhook", webhook=hook, body=body)


def send_again(by: Actor, uid: str) -> None:
    """Try a message again that was given up."""
    row = Outgoing.objects.filter(uid=uid).first()
    if row is None:
        raise NotThere("there is no such message")
    with acting(by, Right.MANAGE_SERVER, "message sent again", about=row) as act:
        now = timezone.now()
        failed = Outgoing.objects.filter(pk=row.pk, sent_at=None, failed_at__isnull=False)
        if failed.update(failed_at=None, attempts=0, due_at=now, problem="") != 1:
            raise Refused(_("It is not given up."))
        act.details["kind"] = row.kind


def _checked(url: str) -> None:
    try:
        receiver_of(url)
    except Never as never:
        raise Refused(_("Give an address that begins with https://, without user and password.")) from never


def _known(kinds: Collection[str]) -> list[str]:
    return [name for name in KINDS if name in kinds]
