"""`datumline agent run`, put together: the link's loop in the main thread, the worker beside it, a clean stop."""

import logging
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from agent.clock import Clock
from agent.deliver import Delivery
from agent.enrolled import Counter, Enrolment, read_enrolment
from agent.errors import NotEnrolled, Revoked
from agent.hands import COMMAND, Hands
from agent.holds import Holds
from agent.home import Home
from agent.keys import AgentKeys, read_keys
from agent.link import Bell, Link
from agent.poll import Poller
from agent.ports import SitePolicy, Vault
from agent.rotation import Rotation
from agent.server_api import ServerApi
from agent.server_line import Road
from agent.spool import CAPACITY_BYTES, Spool
from agent.steps import At, passing
from agent.work import Desk
from agent.worker_words import Begin
from collectors.link.ids import new_id

logger = logging.getLogger(__name__)

STOP_S: Final = 15.0
"""So long what has begun may go on after a stop: a logon that is cut off would count as refused."""
LOCK_S: Final = 5.0
_WINDOWS_LOOK_S: Final = 1.0
"""A wait on Windows is not broken by a signal, so it is kept short."""


@dataclass(frozen=True)
class Site:
    """The site's own parts, and how the worker is started."""

    policy: SitePolicy
    policy_file: Path
    open_vault: Callable[[Home, AgentKeys, Enrolment], Vault]
    worker: Sequence[str] = COMMAND
    worker_environment: dict[str, str] = field(default_factory=dict)


def run_agent(
    home: Home,
    site: Site,
    *,
    capacity_bytes: int = CAPACITY_BYTES,
    clock: Clock | None = None,
    at: At = passing,
    signals: bool = True,
) -> None:
    """Work for the server until a signal ends it; raises Revoked, NotEnrolled, AlreadyRunning, StateUnusable."""
    with home.owned(LOCK_S):
        enrolment, keys = enrolled_keys(home)
        bell = Bell(_WINDOWS_LOOK_S if sys.platform == "win32" else 3600.0)
        if signals:
            _stop_on_signals(bell)
        spool = Spool(home.spool, capacity_bytes, at=at)
        try:
            _run(home, site, enrolment, keys, spool, bell, clock or Clock(), at)
        finally:
            spool.close()


def enrolled_keys(home: Home) -> tuple[Enrolment, AgentKeys]:
    """Return the enrolment and its keys; raises NotEnrolled, Revoked, StateUnusable, KeysUnusable."""
    enrolment, keys = read_enrolment(home.enrolment), read_keys(home.keys)
    if enrolment is None or keys is None:
        raise NotEnrolled("This machine is not enrolled: datumline agent enrol --server URL --token TOKEN.")
    if enrolment.state == "revoked":
        raise Revoked("This agent was revoked: datumline agent enrol --anew with a new token, if that was a mistake.")
    return enrolment, keys


def _run(
    home: Home, site: Site, enrolment: Enrolment, keys: AgentKeys, spool: Spool, bell: Bell, clock: Clock, at: At
) -> None:
    road = Road(enrolment.server, enrolment.ca_file, enrolment.proxy)
    api = ServerApi(road, keys, enrolment.agent_id, Counter(home.counter), clock)
    holds = Holds(home.holds)
    desk = Desk(site.policy, spool, holds, clock, bell.ring, at, idle_since_s=clock.monotonic())
    hands = Hands(
        Begin(home=str(home.folder), policy=str(site.policy_file), site_id=enrolment.site_id),
        desk.heard,
        desk.worker_ended,
        site.worker,
        dict(site.worker_environment),
    )
    boot_id = new_id(clock.wall())
    vault = site.open_vault(home, keys, enrolment)
    poller = Poller(api, site.policy, vault, spool, desk, holds, boot_id, at)
    rotation = Rotation(home, api, enrolment.agent_id, lambda new: site.open_vault(home, new, enrolment), at)
    link = Link(
        home=home,
        enrolment=enrolment,
        poller=poller,
        delivery=Delivery(spool, api, at),
        desk=desk,
        doer=hands,
        rotation=rotation,
        bell=bell,
        boot_id=boot_id,
        clock=clock,
    )
    logger.info("the agent runs", extra={"agent": enrolment.agent_id, "server": enrolment.server, "boot": boot_id})
    try:
        hands.ready()
        link.run()
    finally:
        hands.stop(STOP_S)
        api.close()
        logger.info("the agent has ended", extra={"waiting_count": spool.count()})


def _stop_on_signals(bell: Bell) -> None:
    for name in ("SIGTERM", "SIGINT", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is not None:
            signal.signal(number, lambda *_: bell.stop())
