"""What people are told: one's inbox and switches, and for administrators the webhooks and the outbox."""

from typing import Annotated, Literal

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from ninja import Router
from pydantic import AwareDatetime, Field

from server.accounts.models import User
from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.api.operations import operation
from server.api.shapes import Done, Limit, Paged, PageNumber, Shown, Told, Uid, rows_of
from server.notices.actions import inbox as actions
from server.notices.actions import webhook as hooks
from server.notices.kinds import KINDS
from server.notices.models import Notice, Outgoing, Switch, Webhook
from server.notices.outbox import waiting

router = Router(tags=["notices"])
OWN, SERVER = Right.OWN_ACCOUNT, Right.MANAGE_SERVER
KindName = Annotated[str, Field(max_length=40)]


class NoticeShown(Shown):
    """One thing that you were told."""

    uid: str
    kind: str
    client: str
    at: AwareDatetime
    title: str
    text: str
    link: str
    read_at: AwareDatetime | None


class ReadCount(Shown):
    """How many were unread."""

    count: int


class Ways(Told):
    """Whether a kind stands in the inbox, and whether it is mailed."""

    inbox: bool
    mail: bool


class SwitchShown(Shown):
    """How a kind that concerns you reaches you."""

    kind: str
    says: str
    inbox: bool
    mail: bool


class SwitchesTold(Told):
    """Your choice by kind; kinds that are left out stay as they are."""

    kinds: dict[KindName, Ways] = Field(max_length=50)


class WebhookShown(Shown):
    """An address that is told of events; no kind means all. Its secret was shown when it was made, on its page."""

    uid: str
    url: str
    kinds: list[str]
    active: bool
    made_at: AwareDatetime


class WebhookTold(Told):
    """What a webhook is told of, and whether it is on."""

    kinds: list[KindName] = Field(default_factory=list, max_length=50)
    active: bool


class OutgoingShown(Shown):
    """A mail or webhook message, and whether it was taken."""

    uid: str
    kind: str
    to: str
    about: str
    made_at: AwareDatetime
    due_at: AwareDatetime
    attempts: int
    sent_at: AwareDatetime | None
    failed_at: AwareDatetime | None
    problem: str


@operation(router, "GET", "/inbox", "api_inbox", OWN, Paged[NoticeShown])
def inbox(
    request: SignedIn, show: Literal["", "unread"] = "", page: PageNumber = 1, limit: Limit = 50
) -> Paged[NoticeShown]:
    """Return what you were told, newest first."""
    mine = actions.notices_of(request.actor).select_related("client").order_by("-at", "-pk")
    rows, count = rows_of(mine.filter(read_at=None) if show else mine, page, limit)
    return Paged(items=[_notice(one) for one in rows], count=count, page=page, limit=limit)


@operation(router, "POST", "/inbox/read", "api_inbox_read_all", OWN, ReadCount)
def read_all(request: SignedIn) -> ReadCount:
    """Mark all as read that stand there now."""
    return ReadCount(count=actions.mark_all_read(request.actor))


@operation(router, "POST", "/inbox/{uid}/read", "api_inbox_read", OWN, Done)
def read(request: SignedIn, uid: Uid) -> Done:
    """Mark one notice as read."""
    actions.mark_read(request.actor, uid)
    return Done()


@operation(router, "GET", "/switches", "api_switches", OWN, list[SwitchShown])
def switches(request: SignedIn) -> list[SwitchShown]:
    """Return how the kinds that concern you reach you."""
    return _switches(_user(request))


@operation(router, "POST", "/switches", "api_switches_change", OWN, list[SwitchShown])
def switch(request: SignedIn, told: SwitchesTold) -> list[SwitchShown]:
    """Choose by kind how it reaches you."""
    actions.switch(request.actor, _user(request), {name: (one.inbox, one.mail) for name, one in told.kinds.items()})
    return _switches(_user(request))


@operation(router, "GET", "/webhooks", "api_webhooks", SERVER, list[WebhookShown])
def webhooks(request: SignedIn) -> list[WebhookShown]:
    """Return the webhooks, never their secrets."""
    return [_hook(one) for one in Webhook.objects.order_by("made_at", "pk")]


@operation(router, "POST", "/webhooks/{uid}", "api_webhook_change", SERVER, WebhookShown)
def change_webhook(request: SignedIn, uid: Uid, told: WebhookTold) -> WebhookShown:
    """Change which kinds a webhook is told of, and whether it is on."""
    hooks.change_webhook(request.actor, uid, told.kinds, active=told.active)
    return _hook(hooks.webhook_of(uid))


@operation(router, "POST", "/webhooks/{uid}/test", "api_webhook_test", SERVER, OutgoingShown)
def try_webhook(request: SignedIn, uid: Uid) -> OutgoingShown:
    """Send a test message by the same way as all others."""
    return _outgoing(hooks.try_webhook(request.actor, uid))


@operation(router, "POST", "/webhooks/{uid}/remove", "api_webhook_remove", SERVER, Done)
def remove_webhook(request: SignedIn, uid: Uid) -> Done:
    """Remove a webhook, with what waits for it."""
    hooks.remove_webhook(request.actor, uid)
    return Done()


@operation(router, "GET", "/outbox", "api_outbox", SERVER, Paged[OutgoingShown])
def outbox(
    request: SignedIn,
    show: Literal["waiting", "failed", "sent"] = "waiting",
    page: PageNumber = 1,
    limit: Limit = 50,
) -> Paged[OutgoingShown]:
    """Return the messages that wait, were given up or were sent, newest first."""
    wanted: dict[str, QuerySet[Outgoing]] = {
        "waiting": waiting(),
        "failed": Outgoing.objects.filter(failed_at__isnull=False, sent_at=None),
        "sent": Outgoing.objects.filter(sent_at__isnull=False),
    }
    rows, count = rows_of(wanted[show].select_related("user", "webhook").order_by("-made_at", "-pk"), page, limit)
    return Paged(items=[_outgoing(one) for one in rows], count=count, page=page, limit=limit)


@operation(router, "POST", "/outbox/{uid}/again", "api_outbox_again", SERVER, OutgoingShown)
def again(request: SignedIn, uid: Uid) -> OutgoingShown:
    """Try a message again that was given up."""
    hooks.send_again(request.actor, uid)
    return _outgoing(get_object_or_404(Outgoing.objects.select_related("user", "webhook"), uid=uid))


def _notice(one: Notice) -> NoticeShown:
    return NoticeShown(
        uid=one.uid, kind=one.kind, client=one.client.uid if one.client else "", at=one.at, title=one.title,
        text=one.text, link=one.link, read_at=one.read_at,
    )  # fmt: skip


def _user(request: SignedIn) -> User:
    user = User.objects.prefetch_related("roles").filter(pk=request.actor.user_id or 0).first()
    if user is None:
        raise Http404("nobody is signed in")
    return user


def _hook(one: Webhook) -> WebhookShown:
    kinds = [name for name in one.kinds if name in KINDS]
    return WebhookShown(uid=one.uid, url=one.url, kinds=kinds, active=one.active, made_at=one.made_at)


def _outgoing(one: Outgoing) -> OutgoingShown:
    to = one.user.email if one.user else str(one.webhook or "")
    return OutgoingShown(
        uid=one.uid, kind=one.kind, to=to, about=str(one), made_at=one.made_at, due_at=one.due_at,
        attempts=one.attempts, sent_at=one.sent_at, failed_at=one.failed_at, problem=one.problem,
    )  # fmt: skip


def _switches(user: User) -> list[SwitchShown]:
    known = {one.kind: one for one in Switch.objects.filter(user=user)}
    return [
        SwitchShown(
            kind=kind.name, says=str(kind.says), inbox=known[kind.name].inbox if kind.name in known else True,
            mail=known[kind.name].mail if kind.name in known else True,
        )
        for kind in actions.kinds_for(user)
    ]  # fmt: skip
