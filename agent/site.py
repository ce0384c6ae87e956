"""The site's own parts as the agent's loops use them: the policy as it stands in its file now, and the vault."""

import logging
from dataclasses import dataclass, field
from pathlib import Path

from agent.clock import Clock
from agent.enrolled import Enrolment
from agent.errors import FileRefused
from agent.home import Home
from agent.keys import AgentKeys
from agent.policy import NotAllowed, SitePolicy
from agent.run import Site
from agent.vault import Vault
from collectors.link.addresses import written_address
from collectors.link.jobs import DiscoverJob, Job
from collectors.link.messages import Policy

logger = logging.getLogger(__name__)


@dataclass
class LivePolicy:
    """The policy, read again whenever its file has changed; while that is wrong, nothing is allowed."""

    path: Path
    clock: Clock
    _known: SitePolicy = field(init=False)
    _stamp: tuple[int, int, int] = field(init=False)
    _problem: str | None = None

    def __post_init__(self) -> None:
        """Read the file; raises FileRefused."""
        self._stamp = self._seen()
        self._known = SitePolicy.load(self.path)

    def told(self) -> Policy:
        """Return what the server is shown of it."""
        return self._now().told()

    def allows(self, job: Job) -> str | None:
        """Return why a job is refused, None when it is allowed as far as it can be said without asking a name server.

        Where a name leads is judged by the worker, right before the connection (`agent.admission`).
        """
        policy = self._now()
        if self._problem is not None:
            return self._problem
        try:
            policy.check_hours(job, self.clock.now())
            if isinstance(job, DiscoverJob):
                policy.check_discovery(job)
            elif job.target.transport == "local" or written_address(job.target.address) is not None:
                policy.place_of(job.target)
        except NotAllowed as refused:
            return str(refused)
        return None

    def _now(self) -> SitePolicy:
        stamp = self._seen()
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._known = SitePolicy.load(self.path)
                self._problem = None
                logger.info("the policy was read again", extra={"sha256": self._known.sha256})
            except FileRefused as refused:
                self._problem = "the policy file of this site is wrong, so nothing is allowed until it is corrected"
                logger.error("the policy file is wrong", extra={"why": str(refused)})
        return self._known

    def _seen(self) -> tuple[int, int, int]:
        try:
            told = self.path.stat()
        except OSError:
            return (0, 0, 0)
        return (told.st_mtime_ns, told.st_size, told.st_ino)


def open_vault(home: Home, keys: AgentKeys, enrolment: Enrolment) -> Vault:
    """Return the vault of an enrolled agent."""
    return Vault(home.vault, keys, enrolment.site_id)


def the_site(policy_file: Path, clock: Clock) -> Site:
    """Return the site's parts; raises FileRefused when the policy is wrong."""
    return Site(LivePolicy(policy_file, clock), policy_file, open_vault)
