"""The five routes of the link: bounds, signature, strict message, then an action; every answer is one JSON message."""

import logging
import threading
from collections.abc import Callable
from functools import wraps
from typing import Final

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from collectors.link.canonical import canonical
from collectors.link.jobs import Message
from collectors.link.limits import PROTOCOLS
from collectors.link.messages import (
    ENROL,
    JSON,
    PACKED,
    POLL,
    RESULTS,
    ROTATE,
    EnrolReply,
    EnrolRequest,
    PollRequest,
    ResultsRequest,
    RotateRequest,
    TimeReply,
)
from server.accounts.middleware import source_of
from server.agent_api.arrival import body_of, message_of
from server.agent_api.identified import agent_of, proof_of_new
from server.agent_api.ingest import take
from server.agent_api.polling import poll as polled
from server.agent_api.refused import BUSY_S, Refused, of, state_of
from server.agent_api.rotating import rotate as rotated
from server.agents.enrolment import BY_SOURCE, Asked, NotEnrolled, TooOften, count_try
from server.agents.enrolment import enrol as enrolled
from server.agents.models import AgentState
from server.agents.states import own_version

logger = logging.getLogger(__name__)
AT_ONCE: Final = 4
"""Deliveries that one process works on; more wait a little, then are told to come again."""
WAIT_S: Final = 5.0
_room: Final = threading.BoundedSemaphore(AT_ONCE)
Act = Callable[[HttpRequest], Message]
View = Callable[[HttpRequest], HttpResponse]


def _answered(act: Act) -> View:
    @csrf_exempt
    @wraps(act)
    def view(request: HttpRequest) -> HttpResponse:
        try:
            return _response(act(request), 200)
        except Refused as refused:
            return _response(refused.message(timezone.now()), refused.status, refused.after_s)
        except OperationalError:
            logger.exception("the database did not take an agent's request in time")
            busy = Refused(503, "the server is busy", after_s=BUSY_S)
            return _response(busy.message(timezone.now()), busy.status, busy.after_s)

    return view


def _response(message: Message, status: int, after_s: int | None = None) -> HttpResponse:
    response = HttpResponse(canonical(message), content_type=JSON, status=status)
    response.headers["Cache-Control"] = "no-store, no-transform"  # nothing between may compress it
    if after_s is not None:
        response.headers["Retry-After"] = str(after_s)
    return response


def _headers(request: HttpRequest) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


@_answered
def time(request: HttpRequest) -> TimeReply:
    """Return the server's clock; the one question that is not signed."""
    return TimeReply(server_time=timezone.now(), protocols=PROTOCOLS)


@_answered
def enrol(request: HttpRequest) -> EnrolReply:
    """Return who the new agent is: it waits until a person has compared the fingerprints."""
    now, source = timezone.now(), source_of(request)
    body = body_of(request, JSON)
    try:
        count_try(f"source {source}", BY_SOURCE, now)
        proof = proof_of_new(ENROL, _headers(request), body, now)
        told = message_of(EnrolRequest, body)
        if told.signing_key != proof.key_id:
            raise Refused(401, "the request is not signed with the key that it shows")
        if told.protocol not in PROTOCOLS:
            raise Refused(400, f"this server speaks the protocol {PROTOCOLS[-1]}")
        agent = enrolled(told, Asked(source, now))
    except TooOften as error:
        raise Refused(429, str(error), after_s=error.after_s) from error
    except NotEnrolled as error:
        raise Refused(403, str(error)) from error
    if agent.state == AgentState.REVOKED:
        raise of(agent, 403, "this agent was revoked")
    return EnrolReply(
        agent_id=agent.uid,
        state=state_of(agent),
        epoch=agent.epoch,
        client=agent.site.client.name[:200],
        site=agent.site.name[:200],
        site_id=agent.site.uid,
        server_time=now,
        server_version=own_version()[:200],
    )


@_answered
def poll(request: HttpRequest) -> Message:
    """Return what the agent is to do."""
    now, body = timezone.now(), body_of(request, JSON)
    agent = agent_of(POLL, _headers(request), body, source_of(request), now)
    return polled(agent, message_of(PollRequest, body), now)


@_answered
def results(request: HttpRequest) -> Message:
    """Return an outcome for each report."""
    if not _room.acquire(timeout=WAIT_S):
        raise Refused(503, "the server is busy", after_s=BUSY_S)
    try:
        now, body = timezone.now(), body_of(request, PACKED)
        agent = agent_of(RESULTS, _headers(request), body, source_of(request), now)
        if agent.state != AgentState.APPROVED:
            raise of(agent, 403, "this agent is not approved")
        return take(agent, message_of(ResultsRequest, body, packed=True), now)
    finally:
        _room.release()


@_answered
def rotate(request: HttpRequest) -> Message:
    """Return that the agent's new keys are in force."""
    now, body = timezone.now(), body_of(request, JSON)
    agent = agent_of(ROTATE, _headers(request), body, source_of(request), now)
    return rotated(agent, message_of(RotateRequest, body), now)
