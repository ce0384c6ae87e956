"""Webhooks and the outbox, for administrators."""

from collections.abc import Callable
from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.accounts.routes import SignedIn, posted
from server.clients.actions.client import Refused
from server.environment import read_environment
from server.notices.actions import webhook as actions
from server.notices.forms import KindsForm, WebhookForm
from server.notices.kinds import KINDS
from server.notices.models import Outgoing, Webhook
from server.notices.outbox import waiting

ROWS_COUNT: Final = 50
OUTCOMES_COUNT: Final = 20
WAITS, FAILED, SENT = "waiting", "failed", "sent"


def webhooks(request: SignedIn) -> HttpResponse:
    """Show the webhooks and the form of a new one, or add it; its secret is shown this once."""
    form = WebhookForm(posted(request))
    secret = ""
    if request.method == "POST" and form.is_valid():
        try:
            hook, secret = actions.add_webhook(request.actor, form.cleaned_data["url"], form.cleaned_data["kinds"])
            form = WebhookForm()
            messages.success(request, _("%(name)s is told from now on.") % {"name": hook})
        except Refused as refused:
            form.add_error("url", str(refused))
    hooks = Webhook.objects.annotate(
        sent_at=Max("outgoing__sent_at"),
        open_count=Count("outgoing", filter=Q(outgoing__sent_at=None, outgoing__failed_at=None)),
        failed_count=Count("outgoing", filter=Q(outgoing__failed_at__isnull=False)),
    )
    context = {
        "title": _("Webhooks"),
        "heading": ngettext("%(n)d webhook", "%(n)d webhooks", len(hooks)) % {"n": len(hooks)},
        "rows": [(one, _said(one.kinds)) for one in hooks.order_by("-active", "made_at")],
        "form": form,
        "secret": secret,
    }
    return render(request, "notices/webhooks.html", context)


def webhook(request: SignedIn, uid: str) -> HttpResponse:
    """Show a webhook with its last messages, or change what it is told of."""
    hook = actions.webhook_of(uid)
    form = KindsForm(posted(request), initial={"kinds": hook.kinds})
    if request.method == "POST" and form.is_valid():
        active = "on" in request.POST
        return _done(
            request,
            lambda: actions.change_webhook(request.actor, uid, form.cleaned_data["kinds"], active=active),
            _("Saved."),
            uid,
        )
    rows = Outgoing.objects.filter(webhook=hook).order_by("-made_at", "-pk")[:OUTCOMES_COUNT]
    context = {"title": str(hook), "hook": hook, "form": form, "rows": list(rows)}
    return render(request, "notices/webhook.html", context)


def trial(request: SignedIn, uid: str) -> HttpResponse:
    """Send a test message."""
    says = _("A test message leaves within a minute; its outcome stands below.")
    return _done(request, lambda: actions.try_webhook(request.actor, uid), says, uid)


def remove(request: SignedIn, uid: str) -> HttpResponse:
    """Remove a webhook."""
    actions.remove_webhook(request.actor, uid)
    messages.success(request, _("It is removed, with what waited for it."))
    return redirect("webhooks")


def outbox(request: SignedIn) -> HttpResponse:
    """Return the messages that wait, were given up or were sent, fifty at a time."""
    wanted = {
        WAITS: waiting(),
        FAILED: Outgoing.objects.filter(failed_at__isnull=False, sent_at=None),
        SENT: Outgoing.objects.filter(sent_at__isnull=False),
    }
    counts = {name: one.count() for name, one in wanted.items()}
    chosen = request.GET.get("show", FAILED if counts[FAILED] else WAITS)
    rows = wanted.get(chosen, wanted[WAITS]).select_related("user", "webhook").order_by("-made_at", "-pk")
    words = {WAITS: _("Waiting"), FAILED: _("Given up"), SENT: _("Sent")}
    context = {
        "title": _("Outbox"),
        "heading": _heading(counts),
        "page": Paginator(rows, ROWS_COUNT).get_page(request.GET.get("page")),
        "filters": [(name, words[name], counts[name]) for name in wanted],
        "chosen": chosen,
        "has_mail_server": read_environment().mail_url is not None,
    }
    return render(request, "notices/outbox.html", context)


def again(request: SignedIn, uid: str) -> HttpResponse:
    """Send a message again that was given up."""
    try:
        actions.send_again(request.actor, uid)
        messages.success(request, _("It is tried again within a minute."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("outbox")


def _heading(counts: dict[str, int]) -> str:
    if counts[FAILED]:
        number = counts[FAILED]
        return ngettext("%(n)d message was given up", "%(n)d messages were given up", number) % {"n": number}
    if counts[WAITS]:
        return ngettext("%(n)d message waits", "%(n)d messages wait", counts[WAITS]) % {"n": counts[WAITS]}
    return _("Everything has left")


def _said(kinds: list[str]) -> str:
    return ", ".join(str(KINDS[name].word) for name in kinds if name in KINDS) or _("all kinds")


def _done(request: SignedIn, action: Callable[[], object], says: str, uid: str) -> HttpResponse:
    try:
        action()
        messages.success(request, says)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("webhook", uid)
