"""What people do with agents: tokens, approval by fingerprint, revoking, a new epoch after a restore, watching."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from collectors.link.fingerprint import fingerprint_of
from collectors.link.ids import fresh_id
from collectors.link.limits import WATCHED_S
from server.accounts.acting import acting
from server.accounts.actor import Actor
from server.accounts.rights import Right
from server.agents import events
from server.agents.enrolment import BULK, SINGLE, hash_of, new_token
from server.agents.models import Agent, AgentState, EnrolmentToken
from server.clients.models import Client, Site


class NotPossible(Exception):
    """The agent's state does not allow it; the text says why, for people."""


@dataclass(frozen=True)
class MadeToken:
    """A token, shown once."""

    token: str
    site: Site
    ends_at: datetime


def agents_seen_by(actor: Actor) -> QuerySet[Agent]:
    """Return the agents of the clients in the actor's scope, with site and client."""
    clients = Client.objects.seen_by(actor)
    return Agent.objects.filter(site__client__in=clients).select_related("site__client")


def make_token(by: Actor, site: Site) -> MadeToken:
    """Return a token for one agent at a site, good for 60 minutes."""
    with acting(
        by,
        Right.APPROVE_AGENTS,
        "enrolment token made",
        client_id=site.client_id,
        client_uid=site.client.uid,
        about=site,
    ):
        return _made(by, site, timezone.now() + SINGLE, "")


def make_tokens(by: Actor, sites: Sequence[Site]) -> list[MadeToken]:
    """Return a token for one agent at each of many sites, good for 14 days: the RMM's site variable."""
    for site in sites:
        by.need(Right.APPROVE_AGENTS, site.client_id)
    batch = fresh_id()
    with acting(by, Right.APPROVE_AGENTS, "enrolment tokens made in bulk") as act:
        ends_at = timezone.now() + BULK
        act.details["batch"] = batch
        act.details["sites"] = [site.uid for site in sites]
        return [_made(by, site, ends_at, batch) for site in sites]


def _made(by: Actor, site: Site, ends_at: datetime, batch: str) -> MadeToken:
    token = new_token()
    EnrolmentToken.objects.create(site=site, sha256=hash_of(token), made_by_id=by.user_id, ends_at=ends_at, batch=batch)
    return MadeToken(token, site, ends_at)


def fingerprint(agent: Agent) -> str:
    """Return the fingerprint that the agent shows at its site, to be compared."""
    return fingerprint_of(agent.signing_key, agent.sealing_key)


def approve(by: Actor, agent: Agent, compared: str) -> None:
    """Approve an agent whose fingerprint a person compared; raises NotPossible when it is another one."""
    with acting(
        by,
        Right.APPROVE_AGENTS,
        "agent approved",
        client_id=agent.site.client_id,
        client_uid=agent.site.client.uid,
        about=agent,
    ) as act:
        if compared != fingerprint(agent):
            raise NotPossible("the fingerprint is another one: this is not the agent that was compared")
        act.details["fingerprint"] = compared
        now = timezone.now()
        waiting = Agent.objects.filter(pk=agent.pk, state=AgentState.PENDING)
        if waiting.update(state=AgentState.APPROVED, decided_at=now, decided_by=by.name) != 1:
            raise NotPossible("the agent does not wait for approval")
        events.note(agent.site, agent, events.APPROVED, f"By {by.name}", now, always=True)


def approve_together(by: Actor, agents: Sequence[Agent]) -> list[Agent]:
    """Return the agents that were approved: all whose fingerprints stood in a list that a person pasted."""
    approved = []
    for agent in agents:
        try:
            approve(by, agent, fingerprint(agent))
        except NotPossible:
            continue
        approved.append(agent)
    return approved


def revoke(by: Actor, agent: Agent) -> int:
    """Revoke an agent: its next request is refused. Return how many credentials it held, now marked to be changed."""
    with acting(
        by,
        Right.APPROVE_AGENTS,
        "agent revoked",
        client_id=agent.site.client_id,
        client_uid=agent.site.client.uid,
        about=agent,
    ) as act:
        now = timezone.now()
        known = Agent.objects.filter(pk=agent.pk).exclude(state=AgentState.REVOKED)
        if known.update(state=AgentState.REVOKED, decided_at=now, decided_by=by.name, watched_until=None) != 1:
            raise NotPossible("the agent is revoked already")
        held = agent.site.credentials.filter(copies__agent=agent).exclude(state="withdrawn")
        count = agent.site.credentials.filter(pk__in=list(held.values_list("pk", flat=True))).update(to_be_changed=True)
        agent.sealed_copies.all().delete()
        agent.jobs.filter(state="leased").update(state="queued", agent=None, leased_until=None)
        act.details["credentials_to_be_changed"] = count
        events.note(agent.site, agent, events.REVOKED, f"By {by.name}", now, always=True)
        return count


def confirm(by: Actor, agent: Agent) -> None:
    """Confirm that an agent which was seen twice was restored: a new epoch begins, and a copy would show again."""
    with acting(
        by,
        Right.APPROVE_AGENTS,
        "agent confirmed after a restore",
        client_id=agent.site.client_id,
        client_uid=agent.site.client.uid,
        about=agent,
    ) as act:
        now = timezone.now()
        state = AgentState.PENDING if agent.decided_at is None else AgentState.APPROVED
        copied = Agent.objects.filter(pk=agent.pk, state=AgentState.RESTORED_OR_CLONED, epoch=agent.epoch)
        if copied.update(state=state, epoch=agent.epoch + 1, counter=0, signed_at=None) != 1:
            raise NotPossible("the agent was not seen twice")
        act.details["epoch"] = agent.epoch + 1
        text = f"By {by.name}; epoch {agent.epoch + 1} begins"
        events.note(agent.site, agent, events.CONFIRMED, text, now, always=True)


def watch(by: Actor, agent: Agent) -> None:
    """Ask the agent to poll every 5 seconds for 15 minutes, because a person waits."""
    with acting(
        by,
        Right.RUN_SCANS,
        "agent watched",
        client_id=agent.site.client_id,
        client_uid=agent.site.client.uid,
        about=agent,
    ):
        watch_site(agent.site_id, timezone.now())


def watch_site(site_id: int, now: datetime) -> None:
    """Let the agents of a site poll every 5 seconds for 15 minutes; a part of other actions, such as a scan now."""
    approved = Agent.objects.filter(site_id=site_id, state__in=[AgentState.APPROVED, AgentState.PENDING])
    approved.update(watched_until=now + timedelta(seconds=WATCHED_S))
