"""Agents with their keys and state, the tokens by which they enrol, and what happened to them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collectors.link.ids import fresh_id
from server.clients.models import Site


class AgentState(models.TextChoices):
    """The words are those of the protocol (`collectors.link.messages.State`)."""

    PENDING = "pending", _("Waiting for approval")
    APPROVED = "approved", _("Approved")
    RESTORED_OR_CLONED = "restored or cloned", _("Restored or cloned")
    REVOKED = "revoked", _("Revoked")


class Agent(models.Model):
    """One agent at one site. Its site comes from its key, never from what it says."""

    uid = models.CharField(max_length=26, unique=True, default=fresh_id)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="agents")
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=24, choices=AgentState.choices, default=AgentState.PENDING)
    signing_key = models.CharField(max_length=44, unique=True)
    sealing_key = models.CharField(max_length=44)
    former_signing_key = models.CharField(max_length=44, blank=True)
    former_until = models.DateTimeField(null=True)
    """Until when the key before the last rotation is still taken."""
    epoch = models.PositiveIntegerField(default=1)
    counter = models.BigIntegerField(default=0)
    """The highest counter seen in this epoch: a request must exceed it, in one conditional UPDATE (decision 21)."""
    signed_at = models.DateTimeField(null=True)
    """When the request with that counter was signed: a lower one signed before is late, one signed after is a copy."""
    enrolled_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=200, blank=True)

    version = models.CharField(max_length=40, blank=True)
    platform = models.CharField(max_length=200, blank=True)
    boot_id = models.CharField(max_length=64, blank=True)
    seen_at = models.DateTimeField(null=True)
    seen_from = models.CharField(max_length=64, blank=True)
    clock_offset_s = models.FloatField(null=True)
    """The agent's clock minus the server's, in seconds."""
    policy = models.JSONField(default=dict)
    """`messages.Policy` as the agent last told it."""
    spool = models.JSONField(default=dict)
    on_hold = models.JSONField(default=list)
    drivers = models.JSONField(default=dict)
    transports = models.JSONField(default=list)
    local_credentials = models.JSONField(default=list)
    held_credentials = models.JSONField(default=dict)
    refused = models.JSONField(default=dict)
    watched_until = models.DateTimeField(null=True)
    """Until when a person waits: the agent polls every 5 s."""
    backlog_until = models.DateTimeField(null=True)
    allowance_at = models.DateTimeField(default=timezone.now)
    """Until when its requests are paid for: each moves it on, and it may run ahead of the clock only so far."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "seen_at"])]

    def __str__(self) -> str:
        return self.name


class EnrolmentToken(models.Model):
    """Lets one agent enrol at one site, once. Only its hash is kept."""

    uid = models.CharField(max_length=26, unique=True, default=fresh_id)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="tokens")
    sha256 = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)
    made_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    agent = models.OneToOneField(Agent, on_delete=models.SET_NULL, null=True, related_name="token")
    batch = models.CharField(max_length=26, blank=True, db_index=True)
    """Of a bulk enrolment."""

    def __str__(self) -> str:
        return f"token of {self.made_at:%Y-%m-%d %H:%M}"


class AgentEvent(models.Model):
    """Something that a person should know of an agent: a token shown twice, restored, outdated, an odd request."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, null=True, related_name="events")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="agent_events")
    at = models.DateTimeField(default=timezone.now, db_index=True)
    kind = models.CharField(max_length=40)
    text = models.CharField(max_length=300)


class EnrolmentCount(models.Model):
    """How often an address or a token tried to enrol within the hour: changed by conditional UPDATEs alone."""

    key = models.CharField(max_length=100, unique=True)
    count = models.PositiveIntegerField(default=0)
    began_at = models.DateTimeField(default=timezone.now)
