"""Forms over credentials, one for each kind: what is open of them stays, what is secret is typed once."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from pydantic import SecretStr

from collectors.credentials import Credential as Account
from collectors.link.messages import Scope
from server.access.actions.credential import Described
from server.access.addresses import BadAddress
from server.access.models import Credential
from server.access.scope import Allowed, OutOfPolicy, default_scope, read_scope
from server.access.sealed import account_from
from server.access.typed import SecretField
from server.accounts.models import User
from server.accounts.plain_fields import PlainField

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._@-]{0,99}")
"""As in `collectors.link.jobs.CredentialName`."""
AUTH: Final = ("SHA-256", "SHA-512", "SHA-384", "SHA-224", "SHA-1", "MD5")
PRIVACY: Final = ("AES-128", "AES-256", "AES-192", "AES-256-Cisco", "AES-192-Cisco", "3DES", "DES")
KEY_LEAST: Final = 8
"""RFC 3414 section 11.2: a passphrase has at least 8 characters."""


def _choices(words: Sequence[str], none: Any) -> list[tuple[str, Any]]:
    return [*((word, word) for word in words), ("", none)]


class DetailsForm(forms.Form):
    """What is said of a credential; nothing of it is sealed."""

    says = PlainField(label=_("What it is for"), max_length=200, required=False)
    owner = forms.ModelChoiceField(
        label=_("Owner"), queryset=User.objects.filter(is_active=True).order_by("name"), required=False
    )
    expires_on = forms.DateField(
        label=_("Expires"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("It stands in the list 30 days before."),
    )

    def described(self) -> Described:
        """Return what was said."""
        told = self.cleaned_data
        return Described(told["says"], told["owner"], told["expires_on"])


class CredentialForm(DetailsForm):
    """A credential of one kind. Sub-classes say its parts."""

    KIND = ""
    OPEN: tuple[str, ...] = ()
    SECRET: tuple[str, ...] = ()
    name = PlainField(
        label=_("Name"), max_length=100, help_text=_("By this name accesses use it; it cannot be changed later.")
    )
    where = forms.CharField(
        label=_("May be sent to"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Networks and endings of names, one in a line, inside the policy of the site's agents. It is part of the"
            " seal: to change it later, the secret is needed again."
        ),
    )
    realm = forms.CharField(
        label=_("Where the account lives"),
        max_length=100,
        required=False,
        help_text=_(
            "Empty: in a directory that all devices share. The word device: on each device by itself. This decides"
            " what a refusal stops."
        ),
    )
    field_order: Sequence[str] = ()

    def __init__(self, *args: Any, allowed: Allowed, again: Credential | None = None, **more: Any) -> None:
        """`again` is the credential whose secret is entered anew."""
        self.allowed, self.again = allowed, again
        self.scope: Scope | None = None
        super().__init__(*args, **more)
        self.fields["where"].initial = default_scope(allowed)
        if again is not None:
            del self.fields["name"]
        order = ["name", *self.OPEN, *self.SECRET, "where", "realm", "says", "owner", "expires_on"]
        self.order_fields([one for one in order if one != "realm"] + ["realm"])

    def clean_name(self) -> str:
        """Return the name; refuses what could not be told to an agent."""
        name = str(self.cleaned_data["name"])
        if not NAME.fullmatch(name):
            raise ValidationError(_now("Letters, digits, blanks and . _ @ - only, beginning with a letter or digit."))
        return name

    def clean_expires_on(self) -> date | None:
        """Return the day; refuses one that is over."""
        day: date | None = self.cleaned_data["expires_on"]
        if day is not None and day < timezone.localdate():
            raise ValidationError(_now("This day is over."))
        return day

    def clean_where(self) -> str:
        """Keep the scope; refuses one outside the policies."""
        try:
            self.scope = read_scope(str(self.cleaned_data["where"]), self.KIND, self.allowed)
        except (OutOfPolicy, BadAddress) as error:
            raise ValidationError(str(error)) from error
        return str(self.cleaned_data["where"])

    def clean(self) -> dict[str, Any]:
        """Check what belongs together."""
        told = super().clean() or self.cleaned_data
        self.check_together(told)
        return told

    def check_together(self, told: Mapping[str, Any]) -> None:
        """Add errors where parts do not fit each other."""

    def account(self) -> Account:
        """Return the credential, its secrets wrapped; raises NotWhole."""
        told = self.cleaned_data
        parts = {name: told[name] for name in (*self.OPEN, "realm") if told.get(name)}
        secrets = {name: told[name] for name in self.SECRET if isinstance(told.get(name), SecretStr)}
        return account_from(self.KIND, self.fitted(parts), secrets)

    def fitted(self, parts: dict[str, Any]) -> dict[str, Any]:
        """Return the open parts as the kind takes them."""
        return parts


class CommunityForm(CredentialForm):
    """SNMP version 1 or 2c."""

    KIND, OPEN, SECRET = "snmp", ("version",), ("community",)
    version = forms.ChoiceField(
        label=_("Version"),
        choices=[("2c", "2c"), ("1", "1")],
        help_text=_(
            "Neither encrypts: whoever hears the network reads the community. Take version 3 where there is one."
        ),
    )
    community = SecretField(label=_("Community"))

    def __init__(self, *args: Any, **more: Any) -> None:
        """A community is no account, so it has no realm."""
        super().__init__(*args, **more)
        del self.fields["realm"]


class SnmpUserForm(CredentialForm):
    """SNMP version 3."""

    KIND, OPEN = "snmp", ("user", "auth", "privacy", "context")
    SECRET = ("auth_key", "privacy_key")
    user = forms.CharField(label=_("User"), max_length=100)
    auth = forms.ChoiceField(label=_("Authentication"), choices=_choices(AUTH, _("none")), required=False)
    auth_key = SecretField(label=_("Authentication passphrase"), required=False)
    privacy = forms.ChoiceField(label=_("Privacy"), choices=_choices(PRIVACY, _("none")), required=False)
    privacy_key = SecretField(label=_("Privacy passphrase"), required=False)
    context = forms.CharField(label=_("Context"), max_length=100, required=False)

    def check_together(self, told: Mapping[str, Any]) -> None:
        """A method needs its passphrase, and privacy needs authentication."""
        if told.get("privacy") and not told.get("auth"):
            self.add_error("privacy", _("Privacy needs authentication."))
        for method, key in (("auth", "auth_key"), ("privacy", "privacy_key")):
            secret = told.get(key)
            if bool(told.get(method)) != bool(secret) and key not in self.errors:
                self.add_error(key, _("Method and passphrase belong together."))
            elif secret is not None and len(secret.get_secret_value()) < KEY_LEAST:
                self.add_error(key, _("A passphrase has at least 8 characters."))

    def fitted(self, parts: dict[str, Any]) -> dict[str, Any]:
        """Add the version."""
        return {**parts, "version": "3"}


class SshForm(CredentialForm):
    """An account for SSH."""

    KIND, OPEN = "ssh", ("user",)
    SECRET = ("password", "private_key", "passphrase", "enable_password")
    user = forms.CharField(label=_("User"), max_length=100)
    password = SecretField(label=_("Password"), required=False)
    private_key = SecretField(
        label=_("Private key"),
        required=False,
        many_lines=True,
        help_text=_("The text of an OpenSSH or PEM key. Where there is one, no password is tried."),
    )
    passphrase = SecretField(label=_("Passphrase of the key"), required=False)
    enable_password = SecretField(
        label=_("Enable password"), required=False, help_text=_("Only where the account begins below the needed level.")
    )

    def check_together(self, told: Mapping[str, Any]) -> None:
        """Either a password or a key."""
        if not told.get("password") and not told.get("private_key") and "password" not in self.errors:
            self.add_error("password", _("A password or a private key is needed."))
        key = told.get("private_key")
        if key is not None and "PRIVATE KEY-----" not in key.get_secret_value():
            self.add_error(
                "private_key", _("This is no private key; its text begins with -----BEGIN ... PRIVATE KEY-----.")
            )
        if told.get("passphrase") and not key:
            self.add_error("passphrase", _("A passphrase belongs to a key."))


class WinrmForm(CredentialForm):
    """A Windows account."""

    KIND, OPEN, SECRET = "winrm", ("auth", "user", "scheme"), ("password",)
    auth = forms.ChoiceField(
        label=_("Logon"),
        choices=[
            ("ntlm", "NTLM"),
            ("kerberos", "Kerberos"),
            ("integrated", _("Integrated: the agent's own account, no password is stored")),
            ("basic", _("Basic, over HTTPS only")),
        ],
    )
    user = forms.CharField(
        label=_("User"), max_length=200, required=False, help_text=_("EXAMPLE\\user, user@example.test, or .\\user.")
    )
    password = SecretField(label=_("Password"), required=False)
    scheme = forms.ChoiceField(label=_("Over"), choices=[("https", "HTTPS (5986)"), ("http", "HTTP (5985)")])

    def check_together(self, told: Mapping[str, Any]) -> None:
        """All but integrated needs user and password; basic needs HTTPS."""
        if told.get("auth") == "integrated":
            if told.get("user") or told.get("password"):
                self.add_error("auth", _("Integrated takes neither user nor password: leave both empty."))
            return
        for name in ("user", "password"):
            if not told.get(name) and name not in self.errors:
                self.add_error(name, _("This logon needs user and password."))
        if told.get("auth") == "basic" and told.get("scheme") != "https":
            self.add_error("scheme", _("Basic sends the password readable: it needs HTTPS."))


class NutForm(CredentialForm):
    """An account for a NUT server."""

    KIND, OPEN, SECRET = "nut", ("user", "ups"), ("password",)
    user = forms.CharField(label=_("User"), max_length=100, required=False)
    password = SecretField(label=_("Password"), required=False)
    ups = forms.CharField(label=_("UPS"), max_length=100, required=False, help_text=_("Where the server has several."))

    def check_together(self, told: Mapping[str, Any]) -> None:
        """User and password belong together."""
        if bool(told.get("user")) != bool(told.get("password")) and "password" not in self.errors:
            self.add_error("password", _("User and password belong together."))


FORMS: Final[dict[str, type[CredentialForm]]] = {
    "ssh": SshForm,
    "winrm": WinrmForm,
    "snmp3": SnmpUserForm,
    "snmp": CommunityForm,
    "nut": NutForm,
}
SHAPES: Final = {
    "ssh": "SSH",
    "winrm": "WinRM",
    "snmp3": _("SNMP version 3"),
    "snmp": _("SNMP 1 or 2c"),
    "nut": "NUT",
}


def shape_of(credential: Credential) -> str:
    """Return which of the forms a credential is entered with."""
    return "snmp3" if credential.kind == "snmp" and credential.account.get("version") == "3" else credential.kind
