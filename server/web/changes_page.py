"""All that changed at a client, newest first: verdicts, and facts worth telling."""

from datetime import UTC, datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime

from server.accounts.routes import SignedIn
from server.standards.library import in_force
from server.web.client_page import changes_of, client_seen

CHANGES_COUNT = 50


def client_changes(request: SignedIn, uid: str) -> HttpResponse:
    """Return fifty changes before an instant; three queries."""
    who = client_seen(request.actor, uid)
    changes = changes_of(who, in_force().library, CHANGES_COUNT, _before(request.GET.get("before", "")))
    context = {
        "title": who.name,
        "client": who,
        "changes": changes,
        "more": changes[-1].at.isoformat() if len(changes) == CHANGES_COUNT else "",
    }
    return render(request, "web/client_changes.html", context)


def _before(text: str) -> datetime | None:
    try:
        at = parse_datetime(text)
        return at.astimezone(UTC) if at is not None and at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
