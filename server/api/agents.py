"""Agents: how they stand, approval by fingerprint, and revoking."""

from typing import Annotated

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router
from pydantic import AwareDatetime, StringConstraints

from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.agents import actions
from server.agents.models import Agent
from server.agents.states import Seen, with_standing
from server.api.operations import operation
from server.api.shapes import PLAIN, Limit, Paged, PageNumber, Shown, Told, Uid, rows_of

router = Router(tags=["agents"])


class AgentShown(Shown):
    """An agent at a site. The fingerprint is to be compared with what the agent shows there."""

    uid: str
    client: str
    site: str
    name: str
    state: str
    standing: str
    version: str
    platform: str
    seen_at: AwareDatetime | None
    fingerprint: str


class Compared(Told):
    """The fingerprint that a person or an RMM read at the agent itself."""

    fingerprint: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=PLAIN)]


class Revoked(Shown):
    """How many credentials the agent held: they are to be changed."""

    credentials_to_be_changed: int


def agent_shown(one: Seen) -> AgentShown:
    """Return an agent as programs are told."""
    return AgentShown(
        uid=one.uid, client=one.site.client.uid, site=one.site.uid, name=one.name, state=one.state,
        standing=one.standing, version=one.version, platform=one.platform, seen_at=one.seen_at,
        fingerprint=actions.fingerprint(one),
    )  # fmt: skip


def agent_seen(request: SignedIn, uid: str) -> Seen:
    """Return an agent of a client in scope, with its standing; raises Http404."""
    return get_object_or_404(with_standing(actions.agents_seen_by(request.actor), timezone.now()), uid=uid)


@operation(router, "GET", "/agents", "api_agents", Right.SEE_HEALTH, Paged[AgentShown])
def agents(
    request: SignedIn,
    client: Annotated[str, Query(max_length=26)] = "",
    page: PageNumber = 1,
    limit: Limit = 50,
) -> Paged[AgentShown]:
    """Return the agents in scope; of a client (uid), or of all."""
    found = with_standing(actions.agents_seen_by(request.actor), timezone.now()).order_by("name", "pk")
    rows, count = rows_of(found.filter(site__client__uid=client) if client else found, page, limit)
    return Paged(items=[agent_shown(one) for one in rows], count=count, page=page, limit=limit)


@operation(router, "GET", "/agents/{uid}", "api_agent", Right.SEE_HEALTH, AgentShown)
def agent(request: SignedIn, uid: Uid) -> AgentShown:
    """Return an agent."""
    return agent_shown(agent_seen(request, uid))


@operation(router, "POST", "/agents/{uid}/approve", "api_agent_approve", Right.APPROVE_AGENTS, AgentShown)
def approve(request: SignedIn, uid: Uid, told: Compared) -> AgentShown:
    """Approve an agent whose fingerprint was compared; another fingerprint is refused."""
    actions.approve(request.actor, _one(request, uid), told.fingerprint)
    return agent_shown(agent_seen(request, uid))


@operation(router, "POST", "/agents/{uid}/revoke", "api_agent_revoke", Right.APPROVE_AGENTS, Revoked)
def revoke(request: SignedIn, uid: Uid) -> Revoked:
    """Revoke an agent: its next request is refused."""
    return Revoked(credentials_to_be_changed=actions.revoke(request.actor, _one(request, uid)))


def _one(request: SignedIn, uid: str) -> Agent:
    return get_object_or_404(actions.agents_seen_by(request.actor), uid=uid)
