"""Who sent a request: its signature, its agent's state, and one UPDATE that takes the counter and pays for it."""

import base64
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings

from collectors.link.limits import REQUESTS_A_MINUTE, REQUESTS_A_MINUTE_BACKLOG, REQUESTS_BURST
from collectors.link.messages import POLL, PREFIX
from collectors.link.signatures import ClockApart, Proven, Unsigned, proven
from server.agent_api.refused import NOT_HELD, Refused, of
from server.agents import events
from server.agents.models import Agent, AgentState

FAILURES_COUNT: Final = 30
FAILURES_S: Final = 60.0
TRIES: Final = 5
_FAILURES_KEPT: Final = 10_000
_AGENT_ID_LENGTH: Final = 26


class Failures:
    """Signatures that did not hold, by address and key id, of this process: a flood of them is not even verified."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = threading.Lock()
        self._seen: OrderedDict[tuple[str, str], tuple[float, int]] = OrderedDict()

    def check(self, source: str, key_id: str) -> None:
        """Raise Refused where too many failed of late."""
        began_s, count = self._seen.get((source, key_id), (0.0, 0))
        if count >= FAILURES_COUNT and time.monotonic() - began_s < FAILURES_S:
            raise Refused(429, "too many requests were not signed as agreed", after_s=int(FAILURES_S))

    def add(self, source: str, key_id: str) -> None:
        """Count one more."""
        with self._lock:
            began_s, count = self._seen.pop((source, key_id), (0.0, 0))
            fresh = time.monotonic() - began_s >= FAILURES_S
            self._seen[source, key_id] = (time.monotonic(), 1) if fresh else (began_s, count + 1)
            while len(self._seen) > _FAILURES_KEPT:
                self._seen.popitem(last=False)

    def clear(self) -> None:
        """Forget all."""
        self._seen.clear()


FAILURES: Final = Failures()


def url_of(route: str) -> str:
    """Return the address that agents sign: the public one, whatever stands between."""
    return f"{settings.PUBLIC_URL}{PREFIX}{route}"


def key(told: str) -> Ed25519PublicKey | None:
    """Return a public key told in base64; None when it is none."""
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(told, validate=True))
    except ValueError:
        return None


TOLD: Final = (
    "policy", "spool", "on_hold", "drivers", "transports", "local_credentials", "held_credentials", "refused",
)  # fmt: skip
"""What agents tell of themselves when they poll: other routes leave it in the database."""


def agent_of(route: str, headers: Mapping[str, str], body: bytes, source: str, now: datetime) -> Agent:
    """Return the agent that signed a request, which it may make now; raises Refused.

    The order: what it may still ask for, the signature, the state, then counter and allowance by one UPDATE.
    """
    key_id = claimed_key_id(headers)
    FAILURES.check(source, key_id)
    agent = _agent(key_id, () if route == POLL else TOLD)
    if agent is not None and agent.allowance_at > now + tolerance(agent, now):
        raise _too_often(agent, now)
    if agent is None:
        FAILURES.add(source, key_id)
        raise Refused(401, NOT_HELD)
    try:
        proof = _proof(agent, route, headers, body, now)
    except ClockApart as error:
        raise Refused(401, str(error)) from error
    except Unsigned as error:
        FAILURES.add(source, key_id)
        raise Refused(401, NOT_HELD) from error
    if agent.state == AgentState.REVOKED:
        raise of(agent, 403, "this agent was revoked")
    if agent.state == AgentState.RESTORED_OR_CLONED:
        raise of(agent, 409, "this agent was seen twice; a person must confirm it")
    _take(agent, proof, source, now)
    return agent


def proof_of_new(route: str, headers: Mapping[str, str], body: bytes, now: datetime) -> Proven:
    """Return what the signature of an enrolment proves: its key id is the key itself; raises Refused."""
    try:
        return proven("POST", url_of(route), headers, body, key_of=key, at=now)
    except ClockApart as error:
        raise Refused(401, str(error)) from error
    except Unsigned as error:
        raise Refused(401, NOT_HELD) from error


def claimed_key_id(headers: Mapping[str, str]) -> str:
    """Return the key id that a request claims, unproven; empty where there is none that could be."""
    told = headers.get("signature-input", "").partition('keyid="')[2].partition('"')[0]
    return told if len(told) <= 64 and told.isascii() else ""


def _agent(key_id: str, left_out: tuple[str, ...]) -> Agent | None:
    if len(key_id) != _AGENT_ID_LENGTH or not key_id.isalnum():
        return None
    return next(iter(Agent.objects.defer(*left_out).filter(uid=key_id)), None)


def _proof(agent: Agent, route: str, headers: Mapping[str, str], body: bytes, now: datetime) -> Proven:
    """Return what the signature proves, by the agent's key or, for 24 hours after a rotation, by the one before."""
    told = [agent.signing_key]
    if agent.former_signing_key and agent.former_until is not None and agent.former_until > now:
        told.append(agent.former_signing_key)
    refused: Unsigned | None = None
    for one in told:
        public = key(one)
        try:
            return proven(
                "POST",
                url_of(route),
                headers,
                body,
                key_of=lambda key_id, public=public: public if key_id == agent.uid else None,  # type: ignore[misc]
                at=now,
            )
        except ClockApart:
            raise
        except Unsigned as error:
            refused = error
    raise refused or Unsigned(NOT_HELD)


def interval(agent: Agent, now: datetime) -> timedelta:
    """Return what one request costs: more may be asked with a backlog to deliver, or while a person waits."""
    hurried = [at for at in (agent.backlog_until, agent.watched_until) if at is not None and at > now]
    return timedelta(seconds=60 / (REQUESTS_A_MINUTE_BACKLOG if hurried else REQUESTS_A_MINUTE))


def tolerance(agent: Agent, now: datetime) -> timedelta:
    """Return how far an agent's requests may be paid for ahead of the clock: the burst."""
    return interval(agent, now) * (REQUESTS_BURST - 1)


def _take(agent: Agent, proof: Proven, source: str, now: datetime) -> None:
    """Take the counter and pay for the request by one UPDATE, both or neither; raises Refused for what does not hold.

    An UPDATE that another request of the same agent overtook is tried again over what stands now.
    """
    for _try in range(TRIES):
        taken = Agent.objects.filter(
            pk=agent.pk,
            epoch=proof.epoch,
            counter__lt=proof.counter,
            state=agent.state,
            allowance_at=agent.allowance_at,
        ).update(
            counter=proof.counter,
            signed_at=proof.created_at,
            allowance_at=max(agent.allowance_at, now) + interval(agent, now),
            seen_at=now,
            seen_from=source,
        )
        if taken == 1:
            return
        state = agent.state
        agent.refresh_from_db()
        overtaken = (agent.state, agent.epoch) == (state, proof.epoch) and agent.counter < proof.counter
        if not overtaken or agent.allowance_at > now + tolerance(agent, now):
            break
    raise _not_taken(agent, proof, now)


def _not_taken(agent: Agent, proof: Proven, now: datetime) -> Refused:
    if agent.state == AgentState.REVOKED:
        return of(agent, 403, "this agent was revoked")
    if proof.epoch < agent.epoch:
        return of(agent, 409, "a new epoch began")
    late = agent.signed_at is not None and proof.created_at <= agent.signed_at
    if proof.epoch == agent.epoch and proof.counter > agent.counter:
        return _too_often(agent, now)
    if proof.epoch == agent.epoch and late:
        return of(agent, 409, "a newer request was taken already")
    _copied(agent, proof, now)
    return of(agent, 409, "this agent was seen twice; a person must confirm it")


def _copied(agent: Agent, proof: Proven, now: datetime) -> None:
    """Stop an agent that signs anew what it signed before: it was restored from a backup, or runs twice."""
    known = Agent.objects.filter(pk=agent.pk, state__in=[AgentState.APPROVED, AgentState.PENDING])
    if known.update(state=AgentState.RESTORED_OR_CLONED) == 1:
        text = f"It signed {proof.epoch}.{proof.counter} after {agent.epoch}.{agent.counter}; from {agent.seen_from}"
        events.note(agent.site, agent, events.COPIED, text, now, always=True)
    agent.state = AgentState.RESTORED_OR_CLONED


def _too_often(agent: Agent, now: datetime) -> Refused:
    wait = agent.allowance_at - tolerance(agent, now) - now
    return Refused(429, "too many requests", after_s=max(1, int(wait.total_seconds()) + 1))
