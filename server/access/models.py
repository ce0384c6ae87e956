"""Credentials (ciphertext only), the accesses of devices, and whether each works."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collectors.link.ids import fresh_id
from server.agents.models import Agent
from server.clients.models import Client, Device, Site


class CredentialState(models.TextChoices):
    """Whether a credential may be used."""

    READY = "ready", _("Ready")
    PAUSED = "paused", _("Paused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Credential(models.Model):
    """A named credential of a site. Its secret exists only sealed, for each agent and for the MSP's recovery key."""

    uid = models.CharField(max_length=26, unique=True, default=fresh_id)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="credentials")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="credentials")
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=16)
    """snmp, ssh, winrm, nut."""
    version = models.PositiveIntegerField(default=1)
    scope = models.JSONField(default=dict)
    """`messages.Scope`: networks, names, transports. Part of the seal: widening it needs the secret again."""
    account = models.JSONField(default=dict)
    """What of it is no secret: user, version, methods, realm. A new secret can then be entered alone."""
    secrets = models.JSONField(default=list)
    """The names of the secret parts that it holds: password, auth_key. Never the parts."""
    says = models.CharField(_("for"), max_length=200, blank=True)
    """What the account is, in words without a secret: 'SNMP v3 user datumline'."""
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)
    expires_on = models.DateField(_("expires"), null=True, blank=True)
    to_be_changed = models.BooleanField(default=False)
    """A person who knew it has left."""
    state = models.CharField(max_length=16, choices=CredentialState.choices, default=CredentialState.READY)
    paused_at = models.DateTimeField(null=True)
    paused_why = models.CharField(max_length=300, blank=True)
    proven_at = models.DateTimeField(null=True)
    """When this version last logged on somewhere."""

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["site", "name"], name="a_credential_has_its_own_name")]

    def __str__(self) -> str:
        return self.name


class SealedCopy(models.Model):
    """A credential's ciphertext for one agent, or for the recovery key (no agent)."""

    credential = models.ForeignKey(Credential, on_delete=models.CASCADE, related_name="copies")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, null=True, related_name="sealed_copies")
    version = models.PositiveIntegerField()
    sealed = models.TextField()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["credential", "agent"], name="one_copy_for_an_agent"),
            models.UniqueConstraint(
                fields=["credential"], condition=Q(agent=None), name="one_copy_for_the_recovery_key"
            ),
        ]


class AccessState(models.TextChoices):
    """What is known of an access (readiness)."""

    UNTRIED = "untried", _("Not tried")
    WORKS = "works", _("Works")
    CLOSED = "closed", _("Closed")
    REFUSED = "refused", _("Refused")
    RIGHT_MISSING = "right_missing", _("Right missing")
    OTHER = "other", _("Does not work")


class Access(models.Model):
    """One way to one device's management plane (decision 6), and how it last went."""

    uid = models.CharField(max_length=26, unique=True, default=fresh_id)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="accesses")
    transport = models.CharField(_("transport"), max_length=16)
    address = models.CharField(_("address"), max_length=255)
    port = models.PositiveIntegerField(_("port"), default=0, blank=True)
    """0: the transport's own."""
    driver = models.CharField(_("driver"), max_length=64, blank=True)
    credential = models.ForeignKey(
        Credential, on_delete=models.SET_NULL, null=True, blank=True, related_name="accesses"
    )
    local_credential = models.CharField(max_length=100, blank=True)
    """The name of a credential that was entered at the site and never was on the server."""
    host_key = models.CharField(max_length=128, blank=True)
    certificate = models.CharField(max_length=128, blank=True)
    pinned_at = models.DateTimeField(null=True)
    offered_key = models.CharField(max_length=128, blank=True)
    """A changed key that a person has to look at; nothing was sent to it."""
    state = models.CharField(max_length=16, choices=AccessState.choices, default=AccessState.UNTRIED)
    reason = models.CharField(max_length=40, blank=True)
    """A `GapReason`, when it does not work."""
    text = models.CharField(max_length=500, blank=True)
    tried_at = models.DateTimeField(null=True)
    worked_at = models.DateTimeField(null=True)
    took_ms = models.PositiveIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device", "transport", "address", "port"], name="an_access_stands_once")
        ]

    def __str__(self) -> str:
        return f"{self.transport} {self.address}"
