"""Credentials as programs enter them: the forms of the pages check them, and what was typed is forgotten at once."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from server.access.credential_forms import FORMS, CredentialForm
from server.access.models import Credential
from server.access.renew_form import RenewForm
from server.access.scope import allowed_at, default_scope
from server.accounts.models import User
from server.accounts.routes import SignedIn
from server.api.said_no import Wrong
from server.api.shapes import Day, Line, Text, Told, UidIn, checked
from server.clients.models import Site

Shape = Literal["ssh", "winrm", "snmp3", "snmp", "nut"]
Part = Annotated[str, Line(40)]
Secrets = Annotated[
    dict[Part, Annotated[SecretStr, Field(max_length=16_384)]],
    Field(max_length=8, description="Written only: no answer of the API holds a secret."),
]
Where = Annotated[list[Annotated[str, Line(300)]], Field(max_length=128)]


class Said(Told):
    """What is said of a credential beside its parts."""

    says: Text = ""
    owner: UidIn | None = None
    expires_on: Day | None = None


class Entered(Said):
    """A credential's parts and secrets. `where`: networks and endings of names; left out: all the agents may ask."""

    parts: dict[Part, Annotated[str, Line(200, 0)]] = Field(default_factory=dict, max_length=8)
    secrets: Secrets = Field(default_factory=dict)
    where: Where = Field(default_factory=list)


class NewCredential(Entered):
    """A new credential of a site."""

    name: Annotated[str, Line(100)]
    shape: Shape


class Renewed(Told):
    """New secrets, for every secret that the credential holds."""

    secrets: Secrets


class TogetherTold(Renewed):
    """New secrets for the credentials of one name and kind; `chosen` left out: all that hold these secrets."""

    name: Annotated[str, Line(100)]
    kind: Annotated[str, Line(16)]
    chosen: list[UidIn] | None = Field(default=None, max_length=2_000)


@contextmanager
def forgotten(request: SignedIn) -> Iterator[None]:
    """Forget the body of a request when it is over: what failed on the way is told without it."""
    try:
        yield
    finally:
        request._body = b""


def said(told: Said) -> dict[str, object]:
    """Return what is said of a credential as its form takes it; raises Wrong."""
    owner = User.objects.filter(uid=told.owner).values_list("pk", flat=True).first() if told.owner else None
    if told.owner and owner is None:
        raise Wrong("owner: there is no such person")
    return {"says": told.says, "owner": owner or "", "expires_on": told.expires_on or ""}


def filled(site: Site, shape: str, told: Entered, again: Credential | None, name: str = "") -> CredentialForm:
    """Return the form of the pages, filled and valid, without what was typed; raises Wrong."""
    kind, allowed = FORMS[shape], allowed_at(site)
    known = [one for one in (*kind.OPEN, "realm") if one in kind(allowed=allowed, again=again).fields]
    if set(told.parts) - set(known) or set(told.secrets) - set(kind.SECRET):
        raise Wrong(f"parts are {', '.join(known)}; secrets are {', '.join(kind.SECRET)}")
    where = "\n".join(told.where) or default_scope(allowed)
    open_ = {**told.parts, **said(told), "where": where, "name": name}
    form = kind(data={**open_, **_typed(told.secrets)}, allowed=allowed, again=again)
    try:
        checked(form)
    finally:
        form.data = {}
    return form


def fresh(secrets: Mapping[str, SecretStr]) -> dict[str, SecretStr]:
    """Return new secrets that every credential could hold; raises Wrong."""
    form = RenewForm(data=_typed(secrets), secrets=sorted(secrets))
    try:
        checked(form)
    finally:
        form.data = {}
    return form.secrets()


def _typed(secrets: Mapping[str, SecretStr]) -> dict[str, str]:
    return {name: secret.get_secret_value() for name, secret in secrets.items()}
