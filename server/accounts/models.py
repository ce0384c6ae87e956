"""People with their roles, API tokens, log-ins, and the append-only audit log."""

from typing import ClassVar, Final

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from collectors.link.ids import fresh_id
from server.accounts.rights import Right, Role, rights_of


class People(BaseUserManager["User"]):
    """Makes people."""

    def create_user(self, email: str, name: str, password: str | None = None) -> "User":
        """Return a new person; without a password they can only come in by single sign-on."""
        user = self.model(email=self.normalize_email(email).casefold(), name=name)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """A person who signs in."""

    uid = models.CharField(max_length=26, unique=True, default=fresh_id)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    is_active = models.BooleanField(_("active"), default=True)
    all_clients = models.BooleanField(_("all clients"), default=False)
    """Whether the scope is every client; else `clients.ClientAssignment` lists them."""
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    language = models.CharField(_("language"), max_length=16, default="en")
    theme = models.CharField(_("theme"), max_length=8, default="system")
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_to = models.TimeField(_("quiet to"), null=True, blank=True)
    joined_at = models.DateTimeField(default=timezone.now)
    deactivated_at = models.DateTimeField(null=True)
    rights_changed_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[People] = People()

    def __str__(self) -> str:
        return self.name

    @property
    def role_names(self) -> tuple[str, ...]:
        """Return the roles, in the order of `Role`."""
        held = {one.role for one in self.roles.all()}
        return tuple(role for role in Role.values if role in held)

    @property
    def rights(self) -> frozenset[Right]:
        """Return what the person may do; nothing once deactivated."""
        return rights_of(self.role_names) if self.is_active else frozenset()


class RoleHeld(models.Model):
    """A role that a person has."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=32, choices=Role.choices)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "role"], name="a_role_is_held_once")]


class ApiToken(models.Model):
    """A key for programs; its rights never exceed those of who made it, now and later."""

    uid = models.CharField(max_length=26, unique=True, default=fresh_id)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    rights = models.JSONField(default=list)
    all_clients = models.BooleanField(default=False)
    clients = models.JSONField(default=list)
    """Uids of clients, where not all."""
    made_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    last_used_from = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return self.name


class OneTimeLink(models.Model):
    """Lets one person set a password, once: an invitation, or after a reset. Only its hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="links")
    sha256 = models.CharField(max_length=64, unique=True)
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class UsedCode(models.Model):
    """The half minute whose authenticator code was taken from a person: it is never taken again."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    step = models.BigIntegerField()
    """Half minutes since 1970 (RFC 6238)."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "step"], name="a_code_is_used_once")]


OUTCOMES: Final[dict[str, str | Promise]] = {
    "signed in": _("signed in"),
    "wrong password": _("wrong password"),
    "wrong code": _("wrong code"),
    "deactivated": _("deactivated"),
    "locked": _("locked out"),
    "no such person": _("no such person"),
}


class LogIn(models.Model):
    """An attempt to sign in, for the person and the administrator to see."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="log_ins")
    email = models.CharField(max_length=254)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    source = models.CharField(max_length=64)
    browser = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=32)
    """signed in, wrong password, wrong code, deactivated, no such person."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "-at"])]

    @property
    def outcome_word(self) -> str:
        """Return how it ended, in words."""
        return str(OUTCOMES.get(self.outcome, self.outcome))


class FailedLogIns(models.Model):
    """How often a name or an address failed of late: changed by one conditional UPDATE, so that a flood cannot pass."""

    key = models.CharField(max_length=300, unique=True)
    count = models.PositiveIntegerField(default=0)
    began_at = models.DateTimeField(default=timezone.now)
    locked_until = models.DateTimeField(null=True)


class AuditEntry(models.Model):
    """Who did what, when and from where. Nothing changes or deletes a row: triggers refuse it."""

    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=200, db_index=True)
    user_id = models.BigIntegerField(null=True, db_index=True)
    token_uid = models.CharField(max_length=26, blank=True)
    source = models.CharField(max_length=64, blank=True)
    action = models.CharField(max_length=64, db_index=True)
    """A verb in the past with its object: 'device retired'."""
    object_kind = models.CharField(max_length=32, blank=True)
    object_uid = models.CharField(max_length=64, blank=True)
    object_name = models.CharField(max_length=200, blank=True)
    client_uid = models.CharField(max_length=26, blank=True, db_index=True)
    details = models.JSONField(default=dict)
    previous_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    """Over this row and the previous one's: a changed or missing row is found by `verify`."""


class AuditHead(models.Model):
    """The end of the audit log's chain: one row, locked by whoever adds to it."""

    sha256 = models.CharField(max_length=64)
    count = models.BigIntegerField(default=0)


class Brand(models.Model):
    """The MSP's own name, logo, colour and sender: one row."""

    name = models.CharField(max_length=200, blank=True)
    colour = models.CharField(max_length=7, blank=True)
    """As '#rrggbb', readable on the light theme and on paper."""
    colour_dark = models.CharField(max_length=7, blank=True)
    """The same for the dark theme: no one colour can be read on both."""
    logo = models.BinaryField(null=True)
    logo_kind = models.CharField(max_length=32, blank=True)
    sender = models.EmailField(blank=True)
    changed_at = models.DateTimeField(default=timezone.now)


class Departure(models.Model):
    """A person left: who handed over what to whom, and what remains to be changed."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="departures")
    at = models.DateTimeField(default=timezone.now)
    by = models.CharField(max_length=200)
    handed_to = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")


class DepartureItem(models.Model):
    """One thing that the person knew and that must be changed, with a tick once it is."""

    uid = models.CharField(max_length=26, unique=True, default=fresh_id)
    departure = models.ForeignKey(Departure, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=40)
    """The name of what hung on the person (`hand_over.HangsOn.name`)."""
    thing_uid = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    client_uid = models.CharField(max_length=26, blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=200, blank=True)


class Beat(models.Model):
    """A process of the server that was alive at an instant: what readiness asks for."""

    name = models.CharField(max_length=60, unique=True)
    at = models.DateTimeField(default=timezone.now)
