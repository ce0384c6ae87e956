"""A poll: the agent says how it is, and hears what to do and when to ask again."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from pydantic import JsonValue, TypeAdapter

from collectors.facts.plain_text import plain_line
from collectors.link.jobs import Job
from collectors.link.limits import POLL_IDLE_S, POLL_S, POLL_WATCHED_S, PROTOCOL, PROTOCOLS
from collectors.link.messages import OnHold, PollReply, PollRequest, Scope, SealedCredential
from server.access.models import Credential, CredentialState, SealedCopy
from server.agent_api.clock import plausible
from server.agent_api.refused import Refused, state_of
from server.agents import events
from server.agents.models import Agent, AgentState
from server.scans import queue

CREDENTIALS_COUNT: Final = 100
BACKLOG: Final = timedelta(minutes=10)
"""How long a backlog counts that is not told again."""
SETTLING: Final = timedelta(hours=24)
"""So long after approval, and after somebody watched, an idle agent asks each minute."""
CLOCK_MOVED_S: Final = 2.0
_SCOPE: Final[TypeAdapter[Scope]] = TypeAdapter(Scope)


def poll(agent: Agent, told: PollRequest, now: datetime) -> PollReply:
    """Return what the agent is to do. Before a person has approved it there are no jobs and no credentials."""
    if told.protocol not in PROTOCOLS:
        raise Refused(400, f"this server speaks the protocol {PROTOCOL}")
    _remember(agent, told, now)
    if agent.state != AgentState.APPROVED:
        return _reply(agent, now, _soon(agent, now) or POLL_S)
    _pause(agent, told, now)
    queue.refuse(agent, {uid: plain_line(why, 200) for uid, why in told.refused.items()}, now)
    queue.renew(agent, told.running, now)
    queue.return_unheard(agent, told.running, now)
    jobs = _jobs(agent, now)
    next_poll_s = _soon(agent, now) or (POLL_S if jobs or told.running else _idle_s(agent, now))
    return _reply(agent, now, next_poll_s, jobs, queue.to_be_stopped(agent, told.running), told)


def _reply(
    agent: Agent,
    now: datetime,
    next_poll_s: int,
    jobs: tuple[Job, ...] = (),
    cancelled: list[str] | None = None,
    told: PollRequest | None = None,
) -> PollReply:
    credentials, withdrawn = ((), ()) if told is None else _credentials(agent, told.credentials)
    return PollReply(
        protocol=PROTOCOL,
        state=state_of(agent),
        epoch=agent.epoch,
        next_poll_s=next_poll_s,
        server_time=now,
        jobs=jobs,
        cancelled=tuple(cancelled or ()),
        credentials=credentials,
        withdrawn=withdrawn,
    )


def _remember(agent: Agent, told: PollRequest, now: datetime) -> None:
    """Write what the agent told, where it told something else than last time."""
    dropped_before = agent.spool.get("dropped_count", 0) if isinstance(agent.spool, dict) else 0
    as_told: dict[str, object] = {
        "version": plain_line(told.agent_version, 40),
        "platform": plain_line(told.platform, 200),
        "boot_id": plain_line(told.boot_id, 64),
        "policy": _plain(told.policy.model_dump(mode="json")),
        "spool": told.spool.model_dump(mode="json"),
        "on_hold": _plain([one.model_dump(mode="json") for one in told.on_hold]),
        "drivers": dict(told.drivers),
        "transports": list(told.transports),
        "local_credentials": list(told.local_credentials),
        "held_credentials": dict(told.credentials),
        "refused": _plain(dict(told.refused)),
    }
    offset_s = round((told.clock_at - now).total_seconds(), 1)
    if agent.clock_offset_s is None or abs(agent.clock_offset_s - offset_s) >= CLOCK_MOVED_S:
        as_told["clock_offset_s"] = offset_s
    if told.backlog:
        as_told["backlog_until"] = now + BACKLOG
    changed = {name: value for name, value in as_told.items() if getattr(agent, name) != value}
    if changed:
        Agent.objects.filter(pk=agent.pk).update(**changed)
        for name, value in changed.items():
            setattr(agent, name, value)
    lost_count = told.spool.dropped_count - dropped_before
    if lost_count > 0:
        events.note(agent.site, agent, events.LOST, f"{lost_count} reports did not fit into its spool", now)


def _plain(told: JsonValue) -> JsonValue:
    """Return what an agent told with each text plain: no database takes a NUL, no page a hidden letter."""
    if isinstance(told, dict):
        return {name: _plain(value) for name, value in told.items()}
    if isinstance(told, list):
        return [_plain(value) for value in told]
    return plain_line(told) if isinstance(told, str) else told


def _pause(agent: Agent, told: PollRequest, now: datetime) -> None:
    """Pause what was refused somewhere, if the agent speaks of the version that stands now (decision 12)."""
    for one in told.on_hold:
        held = Credential.objects.filter(site_id=agent.site_id, name=one.credential, state=CredentialState.READY)
        for credential in held:
            if told.credentials.get(credential.uid) == credential.version:
                Credential.objects.filter(
                    pk=credential.pk, version=credential.version, state=CredentialState.READY
                ).update(state=CredentialState.PAUSED, paused_at=plausible(one.since, now), paused_why=_why(one))


def _why(one: OnHold) -> str:
    device = plain_line(one.device, 150)
    return f"{device} refused it ({one.refused_count} refused, {one.waiting_count} waiting)"[:300]


def _jobs(agent: Agent, now: datetime) -> tuple[Job, ...]:
    made: list[Job] = []
    for row in queue.lease(agent, now):
        job = queue.as_job(row)
        if job is None:
            queue.finish(row, now, reason="policy", text="what is stored of its access cannot be asked")
        else:
            made.append(job)
    return tuple(made)


def _credentials(agent: Agent, held: Mapping[str, int]) -> tuple[tuple[SealedCredential, ...], tuple[str, ...]]:
    """Return the credentials that the agent lacks, and the ids of those that it is to forget."""
    copies = SealedCopy.objects.filter(agent=agent, credential__site_id=agent.site_id).select_related("credential")
    good = {
        copy.credential.uid: copy
        for copy in copies
        if copy.credential.state != CredentialState.WITHDRAWN and copy.version == copy.credential.version
    }
    lacking = [copy for uid, copy in sorted(good.items()) if held.get(uid) != copy.version]
    withdrawn = tuple(uid for uid in held if uid not in good)
    return tuple(_sealed(copy) for copy in lacking[:CREDENTIALS_COUNT]), withdrawn


def _sealed(copy: SealedCopy) -> SealedCredential:
    credential = copy.credential
    return SealedCredential.model_validate(
        {
            "id": credential.uid,
            "version": copy.version,
            "name": credential.name,
            "kind": credential.kind,
            "scope": _SCOPE.validate_python(credential.scope, strict=False),
            "sealed": copy.sealed,
        }
    )


def _soon(agent: Agent, now: datetime) -> int | None:
    watched = agent.watched_until
    return POLL_WATCHED_S if watched is not None and watched > now else None


def _idle_s(agent: Agent, now: datetime) -> int:
    lately = [at for at in (agent.decided_at, agent.watched_until) if at is not None and at > now - SETTLING]
    return POLL_S if lately or queue.work_waits(agent, now) else POLL_IDLE_S
