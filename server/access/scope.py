"""Where a credential may be sent: inside what the agents of its site may ask, and never wider without the secret."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final

from django.utils.translation import gettext as _
from pydantic import ValidationError

from collectors.link.addresses import IpNetwork
from collectors.link.messages import Scope
from server.access.addresses import BadAddress, read_ending, read_network
from server.agents.models import Agent, AgentState
from server.clients.models import Site

ENTRIES_COUNT: Final = 64
"""Of networks, and of names: what `Scope` takes."""


class OutOfPolicy(ValueError):
    """A scope is not inside what the site's agents may ask; the text says what to do."""


@dataclass(frozen=True)
class Allowed:
    """What the policies of a site's approved agents allow together, as they told them."""

    networks: tuple[IpNetwork, ...] = ()
    names: tuple[str, ...] = ()
    agents_count: int = 0

    @property
    def told(self) -> bool:
        """Return whether any agent has told its policy."""
        return bool(self.networks or self.names)

    def covers(self, network: IpNetwork) -> bool:
        """Return whether a network lies inside the policies."""
        return any(_inside(network, one) for one in self.networks)

    def covers_name(self, ending: str) -> bool:
        """Return whether an ending of names lies inside the policies."""
        return any(ending == one or ending.endswith(f".{one}") for one in self.names)


def allowed_at(site: Site) -> Allowed:
    """Return what the agents of a site may ask; one query."""
    agents = list(Agent.objects.filter(site=site, state=AgentState.APPROVED))
    networks: dict[IpNetwork, None] = {}
    names: dict[str, None] = {}
    for agent in agents:
        policy = dict(agent.policy)
        networks |= dict.fromkeys(ip_network(str(one)) for one in policy.get("networks", ()))
        names |= dict.fromkeys(str(one).strip(".").casefold() for one in policy.get("names", ()))
    return Allowed(tuple(networks), tuple(names), len(agents))


def default_scope(allowed: Allowed) -> str:
    """Return the text that a form begins with: all that the site's agents may ask."""
    return "\n".join([*map(str, allowed.networks[:ENTRIES_COUNT]), *allowed.names[:ENTRIES_COUNT]])


def read_scope(text: str, kind: str, allowed: Allowed) -> Scope:
    """Return the scope of lines with networks and endings of names; raises OutOfPolicy or BadAddress."""
    if not allowed.agents_count:
        raise OutOfPolicy(
            _("The site has no approved agent, so nobody could open it: approve one first, or enter it at the site.")
        )
    if not allowed.told:
        raise OutOfPolicy(_("The site's agent has not told its policy yet; it does at its next poll, within minutes."))
    networks, names = _read(line.strip() for line in text.replace(",", "\n").splitlines() if line.strip())
    outside = [str(one) for one in networks if not allowed.covers(one)]
    outside += [one for one in names if not allowed.covers_name(one)]
    if outside:
        raise OutOfPolicy(
            _("Outside of what the site's agents may ask: %(what)s. Whoever keeps the site's policy file decides that.")
            % {"what": ", ".join(outside[:5])}
        )
    try:
        return Scope.model_validate(
            {"networks": tuple(networks), "names": tuple(names), "transports": (kind,)}, strict=False
        )
    except ValidationError as error:
        raise OutOfPolicy(_("At most 64 networks and 64 names.")) from error


def stored(scope: Scope) -> dict[str, list[str]]:
    """Return a scope as it is stored and told to the agent."""
    return {
        "networks": [str(one) for one in scope.networks],
        "names": list(scope.names),
        "transports": list(scope.transports),
    }


def scope_of(told: object) -> Scope:
    """Return a stored scope."""
    return Scope.model_validate(told, strict=False)


def _read(lines: Iterable[str]) -> tuple[list[IpNetwork], list[str]]:
    networks: dict[IpNetwork, None] = {}
    names: dict[str, None] = {}
    for line in lines:
        try:
            networks[read_network(line)] = None
        except BadAddress:
            if "/" in line or line.replace(".", "").isdigit() or ":" in line:
                raise
            names[read_ending(line)] = None
    if not networks and not names:
        raise BadAddress(_("Say where it may be sent: networks or endings of names, one in a line."))
    return list(networks), list(names)


def _inside(one: IpNetwork, whole: IpNetwork) -> bool:
    if isinstance(one, IPv4Network) and isinstance(whole, IPv4Network):
        return one.subnet_of(whole)
    return isinstance(one, IPv6Network) and isinstance(whole, IPv6Network) and one.subnet_of(whole)
