"""Every route of the server, with its policy and what can stand in its parameters."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.urls import URLPattern, URLResolver, get_resolver

from server.accounts.routes import POLICIES, Policy
from tests.web.world import MISSING, UNKNOWN_NUMBER, Things, World

PARAMETER: Final = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
FREE: Final = {("set-password", "word"): "nothing", ("with", "provider_id"): "nobody"}
"""What is no thing of ours: the words of a link, a provider's name."""


@dataclass(frozen=True)
class Route:
    """An address with all that may be done there."""

    route: str
    policies: tuple[tuple[str, Policy], ...]

    @property
    def is_api(self) -> bool:
        """Return whether programs ask here."""
        return self.route.startswith("api/v1/") and self.route != "api/v1/"

    @property
    def methods(self) -> frozenset[str]:
        """Return what is listed."""
        return frozenset(method for _name, policy in self.policies for method in policy.methods)

    def policy(self, method: str) -> tuple[str, Policy] | None:
        """Return the name and row of a method."""
        return next(((name, one) for name, one in self.policies if method in one.methods), None)

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """Return for each parameter the part before it, and its name."""
        parts = self.route.split("/")
        told = [(parts[at - 1], PARAMETER.fullmatch(part)) for at, part in enumerate(parts) if "<" in part]
        return tuple((before, found["name"]) for before, found in told if found)

    def url(self, values: Mapping[tuple[str, str], str]) -> str:
        """Return the address with its parameters filled in; raises KeyError for one that no sample is known of."""
        waiting = iter(self.places)
        return "/" + PARAMETER.sub(lambda _found: values[next(waiting)], self.route)

    def targets(self, world: World) -> dict[str, str]:
        """Return the addresses of what is one's own, another client's, mixed of both, and missing."""
        own = {**world.shared, **FREE, **world.own.by_place}
        told = {"own": self.url(own)}
        scoped = [place for place in self.places if place in world.own.by_place]
        if scoped:
            told["other"] = self.url({**own, **world.other.by_place})
        if len(scoped) > 1:
            told["mixed"] = self.url({**own, scoped[-1]: world.other.by_place[scoped[-1]]})
        if self.places and self.places[0] not in FREE:
            told["missing"] = self.url({**own, self.places[0]: _missing(self.places[0], world.own)})
        return told


def _missing(place: tuple[str, str], things: Things) -> str:
    if place[1] == "standard_id":
        return "no-such-standard"
    return UNKNOWN_NUMBER if things.by_place.get(place, "").isdecimal() else MISSING


def patterns(found: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every pattern with its whole route."""
    for one in found:
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns, before + str(one.pattern))
        else:
            yield before + str(one.pattern), one


def routes() -> list[Route]:
    """Return every route of the server; raises KeyError for one without a policy."""
    told: dict[str, list[tuple[str, Policy]]] = {}
    for route, one in patterns(get_resolver().url_patterns):
        told.setdefault(route, []).append((str(one.name), POLICIES[str(one.name)]))
    return [Route(route, tuple(policies)) for route, policies in told.items()]
