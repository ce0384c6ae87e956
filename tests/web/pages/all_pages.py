"""Every page that is shown, and its address in a world with one thing of each kind."""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from server.accounts.routes import POLICIES
from tests.web.world import World

OTHER = frozenset(
    {
        "healthz",
        "readyz",
        "metrics",
        "account_login",
        "mfa_authenticate",
        "brand_logo",
        "recovery_codes",
        "audit_export",
    }
)
"""No pages: answers to machines, files, and what is only shown on the way in."""


def pages(found: list[URLPattern | URLResolver] | None = None, before: str = "") -> Iterator[tuple[str, str]]:
    """Yield the route and name of every page that is shown."""
    for one in get_resolver().url_patterns if found is None else found:
        route = f"{before}{one.pattern}"
        if isinstance(one, URLResolver):
            yield from pages(one.url_patterns, route)
        elif "GET" in POLICIES[str(one.name)].methods and not route.startswith(("api/", "agent/")):
            yield route, str(one.name)


def address(route: str, name: str, world: World) -> str | None:
    """Return the address of a page of the world; None where nothing of it is there to be named."""
    places = re.findall(r"([a-z-]+)/<(?:str|int|slug):(\w+)>", route)
    known: dict[tuple[str, str], Any] = {**world.shared, **world.own.by_place}
    try:
        return reverse(name, args=[known[place] for place in places])
    except (KeyError, NoReverseMatch):
        return None


def addresses(world: World) -> dict[str, str]:
    """Return by route the address of every page of the world that a person looks at."""
    return {route: url for route, name in pages() if name not in OTHER and (url := address(route, name, world))}
