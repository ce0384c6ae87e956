"""What a form over devices can offer: drivers and credentials as the agents of the sites tell them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from server.access.models import Credential, CredentialState
from server.agents.models import Agent, AgentState
from server.clients.models import Client

TRANSPORTS: Final = ("snmp", "ssh", "winrm", "nut", "local")
PORTS: Final = {"snmp": 161, "ssh": 22, "winrm": 5986, "nut": 3493, "local": 0}


@dataclass
class Offered:
    """What the agents and credentials of one site offer."""

    drivers: dict[str, str] = field(default_factory=dict)
    """Transport by driver, as the site's approved agents told; empty: none has told yet."""
    credentials: dict[str, str] = field(default_factory=dict)
    """Kind by name, of those kept on the server."""
    local: set[str] = field(default_factory=set)
    """Names of credentials that were entered at the site."""


def offered_by_site(client: Client) -> dict[int, Offered]:
    """Return what each site of a client offers, by the site's primary key; two queries."""
    told: dict[int, Offered] = {}
    for agent in Agent.objects.filter(site__client=client, state=AgentState.APPROVED):
        one = told.setdefault(agent.site_id, Offered())
        one.drivers |= {str(name): str(transport) for name, transport in dict(agent.drivers).items()}
        one.local |= {str(name) for name in agent.local_credentials}
    usable = Credential.objects.filter(client=client).exclude(state=CredentialState.WITHDRAWN)
    for site_id, name, kind in usable.values_list("site_id", "name", "kind"):
        told.setdefault(site_id, Offered()).credentials[name] = kind
    return told


def together(offers: Iterable[Offered]) -> Offered:
    """Return what any of the sites offers: the suggestions of a form whose site is not chosen yet."""
    whole = Offered()
    for one in offers:
        whole.drivers |= one.drivers
        whole.credentials |= one.credentials
        whole.local |= one.local
    return whole
