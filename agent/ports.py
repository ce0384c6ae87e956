"""What the agent's loops need of the site's own parts: the policy that bounds jobs, and the vault of credentials."""

from typing import Protocol

from collectors.link.jobs import Job
from collectors.link.messages import Policy, Resealed, SealedCredential


class SitePolicy(Protocol):
    """The policy file of the site, which the server cannot write."""

    def allows(self, job: Job) -> str | None:
        """Return why a job is refused, None when it is allowed."""

    def told(self) -> Policy:
        """Return what the server is shown of it."""


class Vault(Protocol):
    """The sealed credentials of this agent; nothing here opens one."""

    def put(self, credential: SealedCredential) -> None:
        """Keep a sealed credential; raises AgentError."""

    def withdraw(self, credential_id: str) -> None:
        """Forget a credential; one that is not there is none."""

    def versions(self) -> dict[str, int]:
        """Return the versions of the server's credentials that this agent's key opens, by id."""

    def local_names(self) -> tuple[str, ...]:
        """Return the names of the credentials that were entered at the site."""

    def resealed(self, new_public_key: str) -> list[Resealed]:
        """Seal everything to a new key as well, on the disk, and return what the server is to have."""

    def forget_other_keys(self) -> None:
        """Drop the seals of all keys but the one in force."""
