"""Credentials: entered, renewed, paused and withdrawn. A secret goes in and never comes out."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router
from pydantic import AwareDatetime, JsonValue, SecretStr

from server.access.actions import credential as actions
from server.access.credential_forms import DetailsForm, shape_of
from server.access.credential_lists import (
    credentials_seen,
    filters,
    held_by,
    largest_shape,
    shared_names,
    together,
    waiting,
)
from server.access.models import Credential
from server.accounts.rights import Right
from server.accounts.routes import SignedIn
from server.api.clients import site_seen
from server.api.entered import Entered, NewCredential, Renewed, Said, TogetherTold, filled, forgotten, fresh, said
from server.api.operations import MADE, operation
from server.api.said_no import Wrong
from server.api.shapes import (
    ClientQuery,
    Done,
    Limit,
    Paged,
    PageNumber,
    Shown,
    Sought,
    Uid,
    WhyTold,
    checked,
    rows_of,
)
from server.clients.actions.client import Refused

router = Router(tags=["credentials"])
SECRETS = Right.EDIT_CREDENTIALS
Show = Literal["", "paused", "expires", "change", "waits", "unproven", "withdrawn"]


class CredentialShown(Shown):
    """A credential without its secrets: these exist sealed alone, and here only by their names."""

    uid: str
    client: str
    site: str
    name: str
    kind: str
    shape: str
    version: int
    scope: dict[str, JsonValue]
    account: dict[str, JsonValue]
    secrets: list[str]
    says: str
    owner: str
    entered_at: AwareDatetime
    expires_on: date | None
    to_be_changed: bool
    state: str
    paused_at: AwareDatetime | None
    paused_why: str
    proven_at: AwareDatetime | None
    waits: bool


class HeldBy(Shown):
    """An approved agent of the site: whether there is a copy for it, and whether it has fetched that."""

    agent: str
    name: str
    sealed: bool
    fetched: bool


class CredentialWhole(Shown):
    """A credential with its agents and the accesses that use it."""

    credential: CredentialShown
    agents: list[HeldBy]
    accesses: list[str]


class SharedName(Shown):
    """A name that credentials of several sites share."""

    name: str
    kind: str
    count: int
    clients_count: int


class Outcome(Shown):
    """What became of one credential: '' where it is sealed anew, else why not."""

    credential: str
    client: str
    problem: str


def credential_shown(one: Credential) -> CredentialShown:
    """Return a credential as programs are told; give it with `waits`."""
    return CredentialShown(
        uid=one.uid, client=one.client.uid, site=one.site.uid, name=one.name, kind=one.kind, shape=shape_of(one),
        version=one.version, scope=one.scope, account=one.account, secrets=sorted(map(str, one.secrets)),
        says=one.says, owner=one.owner.name if one.owner else "", entered_at=one.entered_at,
        expires_on=one.expires_on, to_be_changed=one.to_be_changed, state=one.state, paused_at=one.paused_at,
        paused_why=one.paused_why, proven_at=one.proven_at, waits=bool(vars(one).get("waits", False)),
    )  # fmt: skip


@operation(router, "GET", "/credentials", "api_credentials", SECRETS, Paged[CredentialShown])
def credentials(
    request: SignedIn,
    client: ClientQuery = "",
    site: Annotated[str, Query(max_length=26)] = "",
    show: Show = "",
    q: Sought = "",
    page: PageNumber = 1,
    limit: Limit = 50,
) -> Paged[CredentialShown]:
    """Return the credentials in scope, by what is to be done; without `show` those that stand."""
    wanted = {"client__uid": client, "site__uid": site}
    seen = waiting(credentials_seen(request.actor)).filter(
        Q(**{name: value for name, value in wanted.items() if value})
    )
    if q:
        seen = seen.filter(Q(name__icontains=q) | Q(client__name__icontains=q) | Q(says__icontains=q))
    found = seen.filter(filters(timezone.localdate())[show]).order_by("client__name", "site__name", "name", "pk")
    rows, count = rows_of(found, page, limit)
    return Paged(items=[credential_shown(one) for one in rows], count=count, page=page, limit=limit)


@operation(router, "GET", "/credentials/names", "api_credential_names", SECRETS, list[SharedName])
def names(request: SignedIn) -> list[SharedName]:
    """Return the names that stand at two sites or more, the most used first; at most 200."""
    return [
        SharedName(name=one.name, kind=one.kind, count=one.count, clients_count=one.clients_count)
        for one in shared_names(request.actor)
    ]


@operation(router, "POST", "/credentials/together", "api_credentials_together", SECRETS, list[Outcome])
def renew_together(request: SignedIn, told: TogetherTold) -> list[Outcome]:
    """Seal new secrets for many credentials of one name, each by itself; say of each what became of it."""
    with forgotten(request):
        found = together(request.actor, told.name, told.kind)
        fits = [one for one in found if set(one.secrets) == set(told.secrets)]
        wanted = [one for one in fits if told.chosen is None or one.uid in told.chosen]
        if not wanted:
            held = ", ".join(largest_shape(found))
            raise Refused(f"No credential of this name holds these secrets; most hold: {held or 'none'}.")
        secrets = fresh(told.secrets)
        return [_renewed(request, one, secrets) for one in wanted]


@operation(router, "POST", "/sites/{uid}/credentials", "api_credential_add", SECRETS, CredentialShown, MADE)
def add(request: SignedIn, uid: Uid, told: NewCredential) -> CredentialShown:
    """Seal a new credential for the agents of a site; test it on one device first."""
    with forgotten(request):
        site = site_seen(request, uid)
        form = filled(site, told.shape, told, None, told.name)
        scope = form.scope
        assert scope is not None  # noqa: S101 - the form is valid
        made = actions.add_credential(request.actor, site, told.name, scope, form.account(), form.described())
    return credential_shown(_seen(request, made.uid))


@operation(router, "GET", "/credentials/{uid}", "api_credential", SECRETS, CredentialWhole)
def credential(request: SignedIn, uid: Uid) -> CredentialWhole:
    """Return a credential with its agents and the accesses that use it."""
    one = _seen(request, uid)
    agents = [
        HeldBy(agent=held.agent.uid, name=held.agent.name, sealed=held.sealed, fetched=held.fetched)
        for held in held_by(one)
    ]
    used = list(one.accesses.order_by("pk").values_list("uid", flat=True))
    return CredentialWhole(credential=credential_shown(one), agents=agents, accesses=used)


@operation(router, "POST", "/credentials/{uid}", "api_credential_describe", SECRETS, CredentialShown)
def describe(request: SignedIn, uid: Uid, told: Said) -> CredentialShown:
    """Change what is said of a credential: what it is for, its owner, its expiry. Nothing that is sealed."""
    form = DetailsForm(data=said(told))
    checked(form)
    actions.describe(request.actor, _seen(request, uid), form.described())
    return credential_shown(_seen(request, uid))


@operation(router, "POST", "/credentials/{uid}/again", "api_credential_again", SECRETS, CredentialShown)
def again(request: SignedIn, uid: Uid, told: Entered) -> CredentialShown:
    """Enter a credential again with its own scope: every copy is sealed anew, and a pause ends."""
    with forgotten(request):
        one = _seen(request, uid)
        form = filled(one.site, shape_of(one), told, one)
        scope = form.scope
        assert scope is not None  # noqa: S101 - the form is valid
        actions.enter_again(request.actor, one, scope, form.account(), form.described())
    return credential_shown(_seen(request, uid))


@operation(router, "POST", "/credentials/{uid}/renew", "api_credential_renew", SECRETS, CredentialShown)
def renew(request: SignedIn, uid: Uid, told: Renewed) -> CredentialShown:
    """Replace the secrets alone: account, scope and dates stay, and a pause ends."""
    with forgotten(request):
        one = _seen(request, uid)
        if set(told.secrets) != set(one.secrets):
            raise Wrong(f"secrets: it holds {', '.join(sorted(map(str, one.secrets))) or 'none'}")
        actions.renew(request.actor, one, fresh(told.secrets))
    return credential_shown(_seen(request, uid))


@operation(router, "POST", "/credentials/{uid}/resume", "api_credential_resume", SECRETS, CredentialShown)
def resume(request: SignedIn, uid: Uid, told: WhyTold) -> CredentialShown:
    """Say that what paused a credential is mended: the same version may be used again."""
    actions.resume(request.actor, _seen(request, uid), told.why)
    return credential_shown(_seen(request, uid))


@operation(router, "POST", "/credentials/{uid}/withdraw", "api_credential_withdraw", SECRETS, Done)
def withdraw(request: SignedIn, uid: Uid, told: WhyTold) -> Done:
    """Destroy every sealed copy of a credential; the agents forget theirs at their next poll."""
    actions.withdraw(request.actor, _seen(request, uid), told.why)
    return Done()


def _seen(request: SignedIn, uid: str) -> Credential:
    return get_object_or_404(waiting(credentials_seen(request.actor)), uid=uid)


def _renewed(request: SignedIn, one: Credential, secrets: Mapping[str, SecretStr]) -> Outcome:
    try:
        actions.renew(request.actor, one, secrets)
    except Refused as refused:
        return Outcome(credential=one.uid, client=one.client.uid, problem=str(refused))
    return Outcome(credential=one.uid, client=one.client.uid, problem="")
