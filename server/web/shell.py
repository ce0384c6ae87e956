"""The frame of each page: product name, theme, and the places of the navigation that this person may open."""

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from server.accounts.actor import Actor
from server.accounts.rights import Right
from server.notices.actions.inbox import unread_count

PLACES: Final = (
    ("home", _("Home"), "bi-house", Right.OWN_ACCOUNT),
    ("clients", _("Clients"), "bi-buildings", Right.SEE_CLIENTS),
    ("matrix", _("Matrix"), "bi-grid-3x3", Right.SEE_CLIENTS),
    ("library", _("Library"), "bi-journal-check", Right.SEE_LIBRARY),
    ("devices", _("Devices"), "bi-hdd-network", Right.SEE_CLIENTS),
    ("scans", _("Scans"), "bi-broadcast-pin", Right.SEE_HEALTH),
    ("problems", _("Scan health"), "bi-activity", Right.SEE_HEALTH),
    ("agents", _("Agents"), "bi-router", Right.SEE_HEALTH),
    ("credentials", _("Credentials"), "bi-key", Right.EDIT_CREDENTIALS),
    ("audit", _("Audit log"), "bi-clock-history", Right.SEE_AUDIT),
    ("settings", _("Settings"), "bi-sliders", Right.MANAGE_SERVER),
)
"""Route name, word, icon, and the right it needs, in the order of the navigation."""


@dataclass(frozen=True)
class Item:
    """A place in the navigation."""

    name: str
    url: str
    icon: str
    current: bool
    count: int = 0


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame shows; asks the database only for the bell, and only when it is drawn."""
    actor: Actor | None = getattr(request, "actor", None)
    user = getattr(request, "user", None)
    return {
        "shell": {
            "product": "Datumline",
            "theme": getattr(user, "theme", "system") if actor else "system",
            "person": actor.name if actor else "",
            "account_url": _url("account") or "/",
            "inbox_url": _url("inbox"),
            "unread": SimpleLazyObject(lambda: unread_count(actor)) if actor else 0,
            "new_client_url": _url("client_new"),
            "may": {right.name.casefold(): actor is not None and actor.may(right) for right in Right},
            "items": [] if actor is None else _items(actor, request.path),
        }
    }


def _items(actor: Actor, path: str) -> list[Item]:
    places = [(str(word), _url(name), icon) for name, word, icon, right in PLACES if actor.may(right)]
    shown = [(word, url, icon) for word, url, icon in places if url]
    best = max((url for _word, url, _icon in shown if path.startswith(url)), key=len, default="")
    return [Item(word, url, icon, current=url == best) for word, url, icon in shown]


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
