"""What is new since Monday at all clients: devices, firmware, systems and administrators."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.accounts.actor import Actor
from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.clients.models import Client, ClientState
from server.readings.feed import ADMIN_ADDED, ADMIN_REMOVED, FIRMWARE, NEW_DEVICE, SYSTEM, beside_device, sentence
from server.readings.models import FeedEntry
from server.web.paging import ROWS_COUNT

WEEK: Final = timedelta(days=7)
WEEKS_BACK: Final = 12


@dataclass(frozen=True)
class News:
    """One thing that is new."""

    entry: FeedEntry
    says: str


def changes(request: SignedIn) -> HttpResponse:
    """Return what changed in a week, newest first, fifty at a time; the number of queries is always the same."""
    back = _weeks_back(request.GET.get("weeks", ""))
    begins = monday(timezone.localtime()) - back * WEEK
    seen = entries_of(request.actor).filter(at__gte=begins, at__lt=begins + WEEK)
    counts: dict[str, int] = dict(seen.order_by().values_list("kind").annotate(n=Count("pk")))
    words = {
        NEW_DEVICE: _("Devices"), FIRMWARE: _("Firmware"), SYSTEM: _("Systems"), ADMIN_ADDED: _("New administrators"),
        ADMIN_REMOVED: _("Administrators no more"),
    }  # fmt: skip
    chosen = request.GET.get("kind", "")
    shown = seen.filter(kind=chosen) if chosen in words else seen
    ordered = shown.select_related("client", "device").order_by("-at", "-pk")
    page = Paginator(ordered, ROWS_COUNT).get_page(request.GET.get("page"))
    total = sum(counts.values())
    context = {
        "title": _("New since Monday"),
        "heading": _heading(total, back, begins),
        "page": page,
        "rows": [News(one, beside_device(one) if one.device_id else sentence(one)) for one in page],
        "filters": [
            ("", _("All"), total),
            *((name, word, counts[name]) for name, word in words.items() if name in counts),
        ],
        "chosen": chosen,
        "back": back,
        "earlier": back + 1 if back < WEEKS_BACK else "",
        "later": back - 1,
        "personal": request.actor.may(Right.SEE_PERSONAL),
    }
    return render(request, "web/news.html", context)


def monday(at: datetime) -> datetime:
    """Return the beginning of the week of a local instant: Monday, midnight by its own clock."""
    day = at.date() - timedelta(days=at.weekday())
    return timezone.make_aware(datetime.combine(day, time(0, 0)), at.tzinfo)


def entries_of(actor: Actor) -> QuerySet[FeedEntry]:
    """Return what the actor may know of: names of persons only with the right to see them (decision 27)."""
    clients = Client.objects.seen_by(actor).filter(state=ClientState.ACTIVE)
    seen = FeedEntry.objects.filter(client__in=clients)
    return seen if actor.may(Right.SEE_PERSONAL) else seen.filter(personal=False)


def _weeks_back(text: str) -> int:
    return min(int(text), WEEKS_BACK) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def _heading(total: int, back: int, begins: datetime) -> str:
    if back:
        told = ngettext("%(n)d change in the week of %(day)s", "%(n)d changes in the week of %(day)s", total)
        return told % {"n": total, "day": begins.date()}
    if not total:
        return _("Nothing is new since Monday")
    return ngettext("%(n)d thing is new since Monday", "%(n)d things are new since Monday", total) % {"n": total}
