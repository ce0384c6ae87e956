"""Enrolling: the agent shows the server a token and its public keys; a person then compares the fingerprints."""

import platform

from agent.clock import Clock
from agent.enrolled import Counter, Enrolment, read_enrolment, write_enrolment
from agent.home import Home
from agent.keys import AgentKeys, own_keys
from agent.poll import agent_version, platform_name
from agent.server_api import ServerApi
from agent.server_line import Road
from agent.steps import At, passing
from collectors.facts.plain_text import plain_line
from collectors.link.limits import PROTOCOL
from collectors.link.messages import EnrolRequest


def enrolled(home: Home) -> Enrolment | None:
    """Return what is known of an earlier enrolment; raises StateUnusable."""
    return read_enrolment(home.enrolment)


def enrol(home: Home, road: Road, token: str, clock: Clock, at: At = passing) -> tuple[Enrolment, AgentKeys]:
    """Enrol with the keys of this home, which are made at the first try; a repeated try shows the same ones.

    Raises KeysUnusable, StateUnusable, ServerUnavailable, ServerRefused, Revoked.
    """
    at("before the keys are written")
    keys = own_keys(home.keys, clock.wall())
    at("keys written")
    request = EnrolRequest(
        protocol=PROTOCOL,
        token=token,
        signing_key=keys.signing_key,
        sealing_key=keys.sealing_key,
        name=plain_line(platform.node() or "unnamed", 200),
        platform=platform_name(),
        agent_version=agent_version(),
    )
    api = ServerApi(road, keys, keys.signing_key, None, clock)
    try:
        at("before the enrolment is sent")
        reply = api.enrol(request)
    finally:
        api.close()
    at("enrolment answered")
    enrolment = Enrolment(
        server=road.server,
        ca_file=road.ca_file,
        proxy=road.proxy,
        agent_id=reply.agent_id,
        client=plain_line(reply.client, 200),
        site=plain_line(reply.site, 200),
        site_id=reply.site_id,
        state=reply.state,
        enrolled_at=reply.server_time,
    )
    Counter(home.counter).begin(reply.epoch)
    write_enrolment(home.enrolment, enrolment)
    at("enrolment kept")
    return enrolment, keys


def forget(home: Home) -> None:
    """Forget an enrolment with its keys, so that this machine can be enrolled as a new agent."""
    for path in (home.enrolment, home.counter, home.keys, home.next_keys, home.status):
        path.unlink(missing_ok=True)
