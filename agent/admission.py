"""From the target of a job to the access and secret with which it may be read: policy, scope and key, in this order."""

import sqlite3
from collections.abc import Callable
from typing import Protocol

from agent.credentials import LOCAL
from agent.errors import AgentError
from agent.policy import SitePolicy
from agent.resolving import Resolve, system_addresses
from agent.vault import CredentialMissing, Vault
from collectors.access import Access, Secret
from collectors.first_contact import same_key
from collectors.link.jobs import Target


class KeyNotTrusted(AgentError):
    """A person must compare the device's key: what the server says of it is not what this agent knows."""


class KnownKeys(Protocol):
    """What is needed of the store of pins."""

    def known(self, access: Access, kind: str) -> str | None:
        """Return the stored key of an access; raises sqlite3.Error."""


def key_check(policy: SitePolicy, pins: KnownKeys) -> Callable[[Target], None]:
    """Return the check of a target's key that the vault makes before it opens anything."""
    return lambda target: check_key(target, policy, pins)


def check_key(target: Target, policy: SitePolicy, pins: KnownKeys) -> None:
    """Raise KeyNotTrusted where the server's pin is another key than the known one, or nobody knows any."""
    kind = {"ssh": "host key", "winrm": "certificate"}.get(target.transport)
    if kind is None:
        return
    named = target.host_key if kind == "host key" else target.certificate
    try:
        known = pins.known(plain_access(target), kind)
    except sqlite3.Error as error:
        raise KeyNotTrusted(f"the record of known keys cannot be read ({error}); nothing was sent.") from error
    if known and named and not same_key(known, named) and not policy.server_may_change_keys:
        raise KeyNotTrusted(
            f"the server names another {kind} of {target.address} than this agent knows; compare it with the device,"
            f" then at the site: datumline trust forget {target.address}."
        )
    if not known and not named and not policy.trust_first:
        raise KeyNotTrusted(
            f"nobody has entered the {kind} of {target.address}, and the policy here trusts no key at first contact."
        )


def plain_access(target: Target, dialled: str | None = None, port: int | None = None) -> Access:
    """Return a target as an access."""
    return Access(
        transport=target.transport,
        address=target.address,
        port=port or target.port,
        driver=target.driver,
        host_key=target.host_key,
        certificate=target.certificate,
        dialled=dialled,
    )


def admitted(
    target: Target, policy: SitePolicy, vault: Vault, resolve: Resolve = system_addresses
) -> tuple[Access, Secret]:
    """Return the access, bound to the address that was judged, and the secret; raises an AgentError that says why not.

    The port is always the judged one, also where the job names none.
    """
    place = policy.place_of(target, resolve)
    if target.transport == "local":
        return Access(transport="local", address="localhost", driver=target.driver), LOCAL
    if target.credential is None:
        raise CredentialMissing(f"the job for {target.name} names no credential; enter one for this access.")
    secret = vault.secret_for(target.credential, target, place.address)
    return plain_access(target, place.address, place.port), secret
