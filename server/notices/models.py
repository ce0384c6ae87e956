"""What people are told: inbox, switches, episodes; problems of scans by cause; completeness; webhooks and outbox."""

from typing import ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from collectors.link.ids import fresh_id
from server.clients.models import Client


class Notice(models.Model):
    """One thing that a person is told, once."""

    uid = models.CharField(max_length=26, unique=True, default=fresh_id)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, null=True, related_name="notices")
    at = models.DateTimeField(default=timezone.now)
    title = models.CharField(max_length=200)
    text = models.CharField(max_length=500, blank=True)
    link = models.CharField(max_length=300, blank=True)
    """A path on this server."""
    key = models.CharField(max_length=200)
    """What it is about: the same thing is told once."""
    in_inbox = models.BooleanField(default=True)
    """False: switched off there, it only waits for its mail."""
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    """Since when no digest takes it: it was mailed, or its mail is switched off."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "key"], name="a_thing_is_told_once")]
        indexes: ClassVar = [
            models.Index(fields=["user", "read_at", "-at"]),
            models.Index(fields=["user", "-at"]),
            models.Index(fields=["user"], condition=Q(mailed_at=None), name="notices_waiting_for_a_mail"),
        ]

    def __str__(self) -> str:
        return self.title


class Episode(models.Model):
    """Something that goes on: a silent agent, a paused credential. People are told when it begins."""

    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=150)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "about"], condition=Q(ended_at=None), name="an_episode_is_open_once"
            )
        ]


class Switch(models.Model):
    """A person's choice for one kind of notice; without a row the role's default stands."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="switches")
    kind = models.CharField(max_length=40)
    inbox = models.BooleanField(default=True)
    mail = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "kind"], name="a_kind_is_switched_once")]


class Problem(models.Model):
    """A cause of failed scans, across clients: with who acts, an owner, a note, and until when it is snoozed."""

    uid = models.CharField(max_length=26, unique=True, default=fresh_id)
    cause = models.CharField(max_length=200)
    """What groups failures: `server.notices.causes.Cause.key`."""
    title = models.CharField(max_length=200)
    acts = models.CharField(max_length=40)
    """Who must act: we, client, nobody."""
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="problems")
    note = models.TextField(blank=True)
    snoozed_until = models.DateTimeField(null=True)
    began_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    devices_count = models.PositiveIntegerField(default=0)
    clients_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cause"], condition=Q(ended_at=None), name="a_cause_is_open_once")
        ]
        indexes: ClassVar = [models.Index(fields=["ended_at"])]

    def __str__(self) -> str:
        return self.title


class Affected(models.Model):
    """A client that a problem affects; after its end, the clients that it affected last."""

    problem = models.ForeignKey(Problem, on_delete=models.CASCADE, related_name="affected")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="problems")
    devices_count = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["problem", "client"], name="a_problem_affects_a_client_once")
        ]


class Completeness(models.Model):
    """How many of a client's devices were read within seven days, and the last day on which enough were."""

    client = models.OneToOneField(Client, on_delete=models.CASCADE, primary_key=True, related_name="completeness")
    devices_count = models.PositiveIntegerField(default=0)
    read_count = models.PositiveIntegerField(default=0)
    permille = models.PositiveIntegerField(null=True)
    """Read of all in use, in thousandths rounded down; null without devices."""
    since_on = models.DateField()
    """Since when this is looked at."""
    complete_on = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["permille"])]


class Webhook(models.Model):
    """An address that is told of events, each message signed."""

    uid = models.CharField(max_length=26, unique=True, default=fresh_id)
    url = models.URLField(max_length=500)
    secret = models.CharField(max_length=100)
    """Signs what we send; shown once."""
    kinds = models.JSONField(default=list)
    active = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return urlsplit(self.url).hostname or ""


class Outgoing(models.Model):
    """The outbox: a mail or webhook message, written in the transaction of its cause, sent until it is taken."""

    uid = models.CharField(max_length=26, unique=True, default=fresh_id)
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=16)
    """mail or webhook."""
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, null=True, related_name="outgoing")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="outgoing")
    body = models.JSONField()
    made_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now, db_index=True)
    attempts = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(sent_at=None, failed_at=None), name="outgoing_waiting"),
            models.Index(fields=["webhook", "-made_at"]),
            models.Index(fields=["-made_at"]),
        ]

    def __str__(self) -> str:
        return str(self.body.get("subject") or self.body.get("title") or self.key)
