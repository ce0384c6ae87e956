"""Agents: how they stand, approval by fingerprint, and revoking."""

from typing import Annotated

from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router
from pydantic import AwareDatetime, Field, StringConstraints

from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.agents import actions
from server.agents.models import Agent, AgentState
from server.agents.pasted import TEXT_LENGTH, matched
from server.agents.states import Seen, with_standing
from server.api.operations import operation
from server.api.shapes import PLAIN, Done, Limit, Paged, PageNumber, Shown, Told, Uid, rows_of

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


class Pasted(Told):
    """Whatever an RMM printed around the fingerprints; `only_check` approves none."""

    text: Annotated[str, Field(min_length=1, max_length=TEXT_LENGTH)]
    only_check: bool = False


class Together(Shown):
    """Which waiting agents a text names, which were approved, and which wait on."""

    named: list[str]
    approved: list[str]
    missing: list[str]


class EventShown(Shown):
    """Something that a person should know of an agent."""

    at: AwareDatetime
    kind: str
    text: str


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


@operation(router, "POST", "/agents/approve", "api_agents_approve", Right.APPROVE_AGENTS, Together)
def approve_many(request: SignedIn, told: Pasted) -> Together:
    """Approve the waiting agents whose whole fingerprint stands in a pasted text."""
    waiting = actions.agents_seen_by(request.actor).filter(state=AgentState.PENDING).order_by("enrolled_at")
    found = matched(told.text, waiting)
    approved = [] if told.only_check else actions.approve_together(request.actor, found.found)
    return Together(
        named=[one.uid for one in found.found],
        approved=[one.uid for one in approved],
        missing=[one.uid for one in found.missing],
    )


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


@operation(router, "POST", "/agents/{uid}/confirm", "api_agent_confirm", Right.APPROVE_AGENTS, AgentShown)
def confirm(request: SignedIn, uid: Uid) -> AgentShown:
    """Confirm that an agent which was seen twice was restored; a copy of it would show again."""
    actions.confirm(request.actor, _one(request, uid))
    return agent_shown(agent_seen(request, uid))


@operation(router, "POST", "/agents/{uid}/watch", "api_agent_watch", Right.RUN_SCANS, Done)
def watch(request: SignedIn, uid: Uid) -> Done:
    """Let an agent ask every 5 seconds for 15 minutes, because somebody waits."""
    actions.watch(request.actor, _one(request, uid))
    return Done()


@operation(router, "GET", "/agents/{uid}/events", "api_agent_events", Right.SEE_HEALTH, Paged[EventShown])
def events(request: SignedIn, uid: Uid, page: PageNumber = 1, limit: Limit = 50) -> Paged[EventShown]:
    """Return what happened with an agent, newest first."""
    rows, count = rows_of(_one(request, uid).events.order_by("-at", "-pk"), page, limit)
    items = [EventShown(at=one.at, kind=one.kind, text=one.text) for one in rows]
    return Paged(items=items, count=count, page=page, limit=limit)


def _one(request: SignedIn, uid: str) -> Agent:
    return get_object_or_404(actions.agents_seen_by(request.actor), uid=uid)
