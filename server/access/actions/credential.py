"""Credentials: entered, entered again, renewed, resumed, withdrawn. A secret is here for the moment of sealing only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import SecretStr

from collectors.credentials import Credential as Account
from collectors.link.messages import Scope
from server.access.models import Access, Credential, CredentialState
from server.access.scope import stored
from server.access.sealed import NotWhole, account_from, parts_of, put_copies, secrets_of
from server.accounts.acting import acting
from server.accounts.actor import Actor
from server.accounts.models import User
from server.accounts.rights import Right
from server.clients.actions.client import Refused
from server.clients.models import ClientState, Site


@dataclass(frozen=True)
class Described:
    """What is said of a credential beside its parts."""

    says: str = ""
    owner: User | None = None
    expires_on: date | None = None


def add_credential(by: Actor, site: Site, name: str, scope: Scope, account: Account, told: Described) -> Credential:
    """Return a new credential, sealed; raises Refused when the site has one of that name or nobody could open it."""
    client = site.client
    _in_use(client.state)
    with acting(by, Right.EDIT_CREDENTIALS, "credential entered", client_id=client.pk, client_uid=client.uid) as act:
        credential = Credential(
            client=client, site=site, name=name, kind=account.kind, entered_by_id=by.user_id, **_told(told),
            **_values(scope, account),
        )  # fmt: skip
        try:
            with transaction.atomic():
                credential.save()
        except IntegrityError as error:
            raise Refused(_("The site has a credential called %(name)s already.") % {"name": name}) from error
        act.about = credential
        act.details |= {"kind": account.kind, "version": 1, "scope": credential.scope}
        act.details["agents"] = _sealed(credential, account)
        Access.objects.filter(device__site=site, transport=account.kind, local_credential=name).update(
            credential=credential, local_credential=""
        )
    return credential


def enter_again(by: Actor, credential: Credential, scope: Scope, account: Account, told: Described) -> None:
    """Replace a credential by a new version with its own scope: every copy is sealed anew, a pause ends."""
    if account.kind != credential.kind:
        raise Refused(_("It is a credential of another kind."))
    _new_version(by, credential, "credential entered again", account, {**_values(scope, account), **_told(told)})


def renew(by: Actor, credential: Credential, secrets: Mapping[str, SecretStr]) -> None:
    """Replace the secrets alone: account, scope and dates of the credential stay."""
    if sorted(secrets) != sorted(credential.secrets):
        raise Refused(_("It holds other secrets: enter it on its own page."))
    try:
        account = account_from(credential.kind, credential.account, secrets)
    except NotWhole:
        raise Refused(_("With this secret it is no whole credential: enter it on its own page.")) from None
    _new_version(by, credential, "credential renewed", account, {})


def describe(by: Actor, credential: Credential, told: Described) -> None:
    """Change what is said of a credential: owner, what it is for, its expiry. Nothing that is sealed."""
    with _about(by, "credential described", credential) as act:
        act.details |= {
            "says": told.says, "owner": told.owner.name if told.owner else "", "expires_on": _iso(told.expires_on),
        }  # fmt: skip
        Credential.objects.filter(pk=credential.pk).update(**_told(told))


def resume(by: Actor, credential: Credential, why: str) -> None:
    """Say that what paused a credential is mended: the same version may be used again."""
    with _about(by, "credential resumed", credential) as act:
        act.details |= {"why": why, "was_paused_because": credential.paused_why, "version": credential.version}
        paused = Credential.objects.filter(pk=credential.pk, state=CredentialState.PAUSED, version=credential.version)
        if paused.update(state=CredentialState.READY, paused_at=None, paused_why="") != 1:
            raise Refused(_("It is not paused any more."))


def withdraw(by: Actor, credential: Credential, why: str) -> int:
    """Destroy every sealed copy of a credential; the agents forget it at their next poll. Return how many copies."""
    with _about(by, "credential withdrawn", credential) as act:
        standing = Credential.objects.filter(pk=credential.pk).exclude(state=CredentialState.WITHDRAWN)
        if standing.update(state=CredentialState.WITHDRAWN, paused_at=None, paused_why="") != 1:
            raise Refused(_("It is withdrawn already."))
        copies_count = credential.copies.all().delete()[0]
        act.details |= {"why": why, "copies": copies_count}
    return copies_count


def _new_version(by: Actor, credential: Credential, action: str, account: Account, changed: dict[str, Any]) -> None:
    with _about(by, action, credential) as act:
        now = timezone.now()
        before = Credential.objects.filter(pk=credential.pk, version=credential.version)
        fresh: dict[str, Any] = {
            **changed, "version": credential.version + 1, "state": CredentialState.READY, "paused_at": None,
            "paused_why": "", "proven_at": None, "to_be_changed": False, "entered_by_id": by.user_id,
            "entered_at": now,
        }  # fmt: skip
        if before.update(**fresh) != 1:
            raise Refused(_("Somebody entered it meanwhile: look at it again."))
        standing = Credential.objects.select_related("site").get(pk=credential.pk)
        act.details |= {"version": standing.version, "scope": standing.scope}
        act.details["agents"] = _sealed(standing, account)


def _sealed(credential: Credential, account: Account) -> int:
    agents_count = put_copies(credential, account)
    if not agents_count:
        raise Refused(_("The site has no approved agent: nobody could open it."))
    return agents_count


def _about(by: Actor, action: str, credential: Credential) -> Any:
    client = credential.client
    _in_use(client.state)
    return acting(by, Right.EDIT_CREDENTIALS, action, client_id=client.pk, client_uid=client.uid, about=credential)


def _values(scope: Scope, account: Account) -> dict[str, Any]:
    return {"scope": stored(scope), "account": parts_of(account), "secrets": secrets_of(account)}


def _told(told: Described) -> dict[str, Any]:
    return {"says": told.says[:200], "owner": told.owner, "expires_on": told.expires_on}


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _in_use(state: str) -> None:
    if state == ClientState.LEFT:
        raise Refused(_("This client has left: what is kept of it is read-only."))
