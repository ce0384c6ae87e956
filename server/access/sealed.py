"""Seals a secret for who may open it: each approved agent of the site, and the MSP's recovery key."""

from collections.abc import Mapping
from typing import Final

from django.conf import settings
from django.utils import timezone
from pydantic import SecretStr, TypeAdapter, ValidationError

from collectors.credentials import Credential as Account
from collectors.credentials import NutAccount, Snmp, SshAccount, WinrmAccount
from collectors.link.sealing import information, seal, told
from server.access.models import Credential, SealedCopy
from server.access.scope import scope_of
from server.agents.models import Agent, AgentState

KINDS: Final[dict[str, TypeAdapter[Account]]] = {
    "snmp": TypeAdapter(Snmp),
    "ssh": TypeAdapter(SshAccount),
    "winrm": TypeAdapter(WinrmAccount),
    "nut": TypeAdapter(NutAccount),
}


class NotWhole(ValueError):
    """Parts and secrets do not make a credential of the kind; the text holds neither."""


def recovery_public_key() -> str:
    """Return the public half of the MSP's recovery key (32 bytes in base64), '' where none was made."""
    return str(getattr(settings, "RECOVERY_PUBLIC_KEY", ""))


def account_from(kind: str, parts: Mapping[str, object], secrets: Mapping[str, SecretStr]) -> Account:
    """Return a credential of its open parts and its secrets; raises NotWhole."""
    try:
        return KINDS[kind].validate_python({"kind": kind, **parts, **secrets})
    except (KeyError, ValidationError):
        raise NotWhole("the parts do not make a credential of this kind") from None


def parts_of(account: Account) -> dict[str, object]:
    """Return what of a credential is no secret."""
    return {
        name: value
        for name, value in account
        if value not in {None, ""} and name != "kind" and not isinstance(value, SecretStr)
    }


def secrets_of(account: Account) -> list[str]:
    """Return the names of the secret parts that a credential holds."""
    return sorted(name for name, value in account if isinstance(value, SecretStr))


def put_copies(credential: Credential, account: Account) -> int:
    """Replace all sealed copies of a credential by new ones; return for how many agents. Part of a transaction.

    The agents' rows are locked, so that none is revoked or changes its key meanwhile.
    """
    scope = scope_of(credential.scope)
    info = information(credential.site.uid, credential.uid, credential.version, credential.kind, scope)
    secret = told(account)
    approved = Agent.objects.select_for_update().filter(site_id=credential.site_id, state=AgentState.APPROVED)
    keys: list[tuple[Agent | None, str]] = [(agent, agent.sealing_key) for agent in approved]
    agents_count = len(keys)
    if recovery := recovery_public_key():
        keys.append((None, recovery))
    credential.copies.all().delete()
    SealedCopy.objects.bulk_create(
        SealedCopy(
            credential=credential,
            agent=agent,
            version=credential.version,
            sealed=seal(secret, key, info),
            made_at=timezone.now(),
        )
        for agent, key in keys
    )
    return agents_count
