"""Reads over credentials: in somebody's scope, by what is to be done, and which agents wait for a secret."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from server.access.models import Credential, CredentialState, SealedCopy
from server.accounts.actor import Actor
from server.agents.models import Agent, AgentState
from server.clients.models import Client

SOON: Final = timedelta(days=30)


@dataclass(frozen=True)
class Held:
    """An approved agent of a credential's site, and whether it has what it needs."""

    agent: Agent
    sealed: bool
    """Whether there is a copy of the present version for it; without one it waits for the secret."""
    fetched: bool
    """Whether the agent said that it holds the present version."""


def credentials_seen(actor: Actor) -> QuerySet[Credential]:
    """Return the credentials of the clients in the actor's scope."""
    seen = Credential.objects.filter(client__in=Client.objects.seen_by(actor))
    return seen.select_related("client", "site", "owner")


def waiting(rows: QuerySet[Credential]) -> QuerySet[Credential]:
    """Return the credentials with `waits`: whether an approved agent of the site has no copy of the version."""
    copy = SealedCopy.objects.filter(
        agent=OuterRef("pk"), credential=OuterRef(OuterRef("pk")), version=OuterRef(OuterRef("version"))
    )
    lacking = Agent.objects.filter(~Exists(copy), site=OuterRef("site"), state=AgentState.APPROVED)
    return rows.annotate(waits=Exists(lacking))


def filters(today: date) -> dict[str, Q]:
    """Return what each filter of the list takes; '' is all that stand."""
    standing = ~Q(state=CredentialState.WITHDRAWN)
    return {
        "": standing,
        "paused": Q(state=CredentialState.PAUSED),
        "expires": standing & Q(expires_on__isnull=False, expires_on__lte=today + SOON),
        "change": standing & Q(to_be_changed=True),
        "waits": standing & Q(waits=True),
        "unproven": standing & Q(proven_at=None),
        "withdrawn": Q(state=CredentialState.WITHDRAWN),
    }


def counts(rows: QuerySet[Credential], today: date) -> dict[str, int]:
    """Return how many each filter leaves; one query."""
    wanted = {f"count_{name}": Count("pk", filter=one) for name, one in filters(today).items()}
    told = waiting(rows).aggregate(**wanted)
    return {name: told[f"count_{name}"] for name in filters(today)}


def held_by(credential: Credential) -> list[Held]:
    """Return the approved agents of the site with what they hold; two queries."""
    copies = set(
        credential.copies.filter(version=credential.version, agent__isnull=False).values_list("agent_id", flat=True)
    )
    agents = Agent.objects.filter(site=credential.site_id, state=AgentState.APPROVED).order_by("name")
    return [
        Held(one, one.pk in copies, one.held_credentials.get(credential.uid) == credential.version) for one in agents
    ]


@dataclass(frozen=True)
class Name:
    """A name that credentials of several sites share."""

    name: str
    kind: str
    count: int
    clients_count: int


def shared_names(actor: Actor) -> list[Name]:
    """Return the names that stand at two sites or more, the most used first; at most 200."""
    rows = (
        Credential.objects.filter(client__in=Client.objects.seen_by(actor))
        .exclude(state=CredentialState.WITHDRAWN)
        .exclude(secrets=[])
        .values("name", "kind")
        .annotate(count=Count("pk"), clients_count=Count("client", distinct=True))
        .filter(count__gte=2)
        .order_by("-count", "name")[:200]
    )
    return [Name(row["name"], row["kind"], row["count"], row["clients_count"]) for row in rows]


def together(actor: Actor, name: str, kind: str) -> list[Credential]:
    """Return the credentials of a name and kind that a person may renew at once; one query."""
    rows = credentials_seen(actor).filter(name=name, kind=kind, client__state="active")
    return list(rows.exclude(state=CredentialState.WITHDRAWN).order_by("client__name", "site__name"))


def largest_shape(found: Iterable[Credential]) -> tuple[str, ...]:
    """Return the names of the secrets that most of these hold."""
    shapes = [tuple(sorted(map(str, one.secrets))) for one in found]
    return max(shapes, key=shapes.count, default=())
