"""`python -m agent.site_worker`: the worker process with the site's own policy, vault and record of keys."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from agent.admission import admitted, key_check
from agent.discovery_child import discover_apart
from agent.errors import NotEnrolled
from agent.home import Home
from agent.keys import read_keys
from agent.policy import SitePolicy
from agent.state import State
from agent.try_access import try_access
from agent.vault import Vault
from agent.worker import main
from agent.worker_words import Begin
from collectors.access import Access, Secret
from collectors.link.jobs import DiscoverJob, Target, TryAccessJob
from collectors.link.messages import AccessTried, FoundDevice


@dataclass
class OwnSite:
    """Policy, keys and vault are read anew for each job: a person or a rotation may have changed them."""

    begin: Begin
    state: State
    devices_at_once: int

    def admitted(self, target: Target) -> tuple[Access, Secret]:
        """Return how a target is read, bound to the judged address; raises AgentError with the reason why not."""
        policy = self._policy()
        return admitted(target, policy, self._vault(policy))

    def discovered(self, job: DiscoverJob, stop: Callable[[], bool]) -> tuple[FoundDevice, ...]:
        """Return what is found; raises AgentError, also soon after `stop` has become true."""
        policy = self._policy()
        name = policy.discovery_credential
        community = None if name is None else self._vault(policy).community_for(name)
        return discover_apart(job, policy, community=community, stop=stop)

    def tried(self, job: TryAccessJob, access: Access, secret: Secret) -> AccessTried:
        """Return how trying one access went."""
        return try_access(job, access, secret, self.state.ledger, self.state.pins)

    def _policy(self) -> SitePolicy:
        return SitePolicy.load(Path(self.begin.policy))

    def _vault(self, policy: SitePolicy) -> Vault:
        home = Home(Path(self.begin.home))
        keys = read_keys(home.keys)
        if keys is None:
            raise NotEnrolled("The agent's keys are gone; enrol it anew.")
        return Vault(home.vault, keys, self.begin.site_id, key_check(policy, self.state.pins))


def open_site(begin: Begin, state: State) -> OwnSite:
    """Return the site; raises FileRefused when the policy is wrong."""
    return OwnSite(begin, state, SitePolicy.load(Path(begin.policy)).devices_at_once)


if __name__ == "__main__":
    main(open_site)
