"""A person's inbox, and which kinds reach them how."""

from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.accounts.models import User
from server.accounts.routes import SignedIn
from server.notices.actions import inbox as actions
from server.notices.kinds import KINDS
from server.notices.models import Notice, Switch

ROWS_COUNT: Final = 50
UNREAD: Final = "unread"


def inbox(request: SignedIn) -> HttpResponse:
    """Return what the person was told, newest first, fifty at a time; the number of queries is always the same."""
    mine = actions.notices_of(request.actor)
    counted = mine.order_by().values_list("kind").annotate(n=Count("pk"), unread=Count("pk", filter=Q(read_at=None)))
    counts = {kind: (number, new) for kind, number, new in counted}
    unread = sum(new for _number, new in counts.values())
    chosen = request.GET.get("show", UNREAD if unread else "")
    shown = mine.filter(read_at=None) if chosen == UNREAD else mine.filter(kind=chosen) if chosen in KINDS else mine
    page = Paginator(shown.select_related("client").order_by("-at", "-pk"), ROWS_COUNT).get_page(
        request.GET.get("page")
    )
    total = sum(number for number, _new in counts.values())
    kinds = [(name, kind.word, counts[name][0]) for name, kind in KINDS.items() if name in counts]
    context = {
        "title": _("Inbox"),
        "heading": _heading(unread),
        "unread": unread,
        "page": page,
        "rows": [(one, KINDS.get(one.kind)) for one in page],
        "filters": [(UNREAD, _("Unread"), unread), ("", _("All"), total), *kinds],
        "chosen": chosen,
    }
    return render(request, "notices/inbox.html", context)


def _heading(unread: int) -> str:
    if unread:
        return ngettext("%(n)d thing is new for you", "%(n)d things are new for you", unread) % {"n": unread}
    return _("Nothing is new for you")


def read(request: SignedIn, uid: str) -> HttpResponse:
    """Mark one notice as read, and go where it leads if that was asked."""
    actions.mark_read(request.actor, uid)
    if "open" in request.POST:
        link = Notice.objects.values_list("link", flat=True).get(uid=uid)
        if link.startswith("/") and not link.startswith("//"):
            return redirect(link)
    return redirect("inbox")


def read_all(request: SignedIn) -> HttpResponse:
    """Mark all as read."""
    count = actions.mark_all_read(request.actor)
    says = ngettext("%(n)d notice is read now.", "%(n)d notices are read now.", count) % {"n": count}
    messages.success(request, says)
    return redirect("inbox")


def switches(request: SignedIn) -> HttpResponse:
    """Show by kind whether it stands in the inbox and is mailed, or change it."""
    user = get_object_or_404(User.objects.prefetch_related("roles"), pk=request.actor.user_id)
    kinds = actions.kinds_for(user)
    if request.method == "POST":
        ways = {
            kind.name: (f"inbox-{kind.name}" in request.POST, f"mail-{kind.name}" in request.POST) for kind in kinds
        }
        actions.switch(request.actor, user, ways)
        messages.success(request, _("Saved."))
        return redirect("notice_switches")
    known = {one.kind: one for one in Switch.objects.filter(user=user)}
    rows = [(kind, *_ways(known.get(kind.name))) for kind in kinds]
    context = {"title": _("What you are told"), "rows": rows, "person": user}
    return render(request, "notices/switches.html", context)


def _ways(known: Switch | None) -> tuple[bool, bool]:
    return (True, True) if known is None else (known.inbox, known.mail)
