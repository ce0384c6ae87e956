"""The poll: the agent says how it is, and takes what it is to do."""

import logging
import platform
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Final

from agent.asked import Asked
from agent.errors import AgentError
from agent.holds import Holds
from agent.ports import SitePolicy, Vault
from agent.server_api import ServerApi
from agent.spool import Spool
from agent.steps import At, passing
from agent.work import Desk
from collectors.facts.transport import TransportName
from collectors.link.limits import POLL_WATCHED_S, PROTOCOL, REPORTS_COUNT
from collectors.link.messages import PollRequest, State

logger = logging.getLogger(__name__)

MOST_S: Final = 3600.0
_NEEDS: Final[dict[TransportName, tuple[str, ...]]] = {
    "snmp": ("pysnmp",),
    "ssh": ("paramiko", "netmiko"),
    "winrm": ("winrm",),
    "nut": (),
    "local": (),
}


@dataclass
class Poller:
    """Asks the server once, and hands on what it says."""

    api: ServerApi
    policy: SitePolicy
    vault: Vault
    spool: Spool
    desk: Desk
    holds: Holds
    boot_id: str
    at: At = passing
    state: State = "pending"
    backlog_declared: bool = False
    given_count: int = 0
    """How many jobs the last answer held."""
    _transports: tuple[TransportName, ...] = field(default_factory=lambda: there_are(find_spec))

    def poll(self) -> float:
        """Ask, and return the seconds until the next time; raises what `ServerApi.poll` raises."""
        request = self.request()
        self.at("before a poll is sent")
        asked = self.api.poll(request)
        self.at("poll answered")
        self.state = asked.reply.state
        self.backlog_declared = request.backlog
        self.desk.told(request.refused)
        self.desk.renew()
        self._take(asked)
        return min(MOST_S, max(float(POLL_WATCHED_S), float(asked.reply.next_poll_s)))

    def request(self) -> PollRequest:
        """Return what the agent says of itself."""
        spool = self.spool.told()
        return PollRequest(
            protocol=PROTOCOL,
            agent_version=agent_version(),
            boot_id=self.boot_id,
            platform=platform_name(),
            clock_at=self.api.clock.now(),
            policy=self.policy.told(),
            spool=spool,
            backlog=spool.reports_count > REPORTS_COUNT,
            drivers=dict(self.desk.drivers),
            transports=self._transports,
            local_credentials=self.vault.local_names()[:500],
            credentials=dict(list(self.vault.versions().items())[:500]),
            running=self.desk.running(),
            refused=self.desk.refused,
            on_hold=self.holds.told(),
        )

    def _take(self, asked: Asked) -> None:
        if asked.nameless_count:
            logger.error("the server sent jobs that cannot be read", extra={"jobs_count": asked.nameless_count})
        for credential_id in asked.reply.withdrawn:
            self._of_vault(partial(self.vault.withdraw, credential_id))
        if asked.reply.state != "approved":
            return
        for credential in asked.credentials:
            self._of_vault(partial(self.vault.put, credential))
            self.holds.lifted(credential.name)
        self.desk.cancel(asked.reply.cancelled)
        self.desk.refuse(asked.refused)
        self.desk.take(asked.jobs)
        self.given_count = asked.given_count

    def _of_vault(self, act: Callable[[], None]) -> None:
        """Let one credential that cannot be kept not lose the jobs: it is missing in the next poll's versions."""
        try:
            act()
        except AgentError as error:
            logger.error("a credential of the server cannot be kept", extra={"why": str(error)})


def there_are(find: Callable[[str], object]) -> tuple[TransportName, ...]:
    """Return the transports whose libraries are installed; `find` gives None for what is not."""
    return tuple(name for name, needed in _NEEDS.items() if all(find(package) is not None for package in needed))


def agent_version() -> str:
    """Return the version of this agent."""
    try:
        return version("datumline")
    except PackageNotFoundError:
        return "not installed"


def platform_name() -> str:
    """Return the system for a person who reads it."""
    return f"{platform.system()} {platform.release()} {platform.machine()}, Python {platform.python_version()}"[:200]
