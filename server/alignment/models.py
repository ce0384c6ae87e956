"""Verdicts: one packed row for each device, one row for each client and standard, changes as events, weekly sums."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from server.clients.models import Client, Device


class DeviceVerdicts(models.Model):
    """All standards' verdicts over one device; disposable, made anew from its readings at any time (decision 4)."""

    device = models.OneToOneField(Device, on_delete=models.CASCADE, primary_key=True, related_name="verdicts")
    packed = models.BinaryField()
    """zstd over the canonical JSON of `server.alignment.packed`: word, reason, valid_until, evidence by standard."""
    yes = models.PositiveIntegerField(default=0)
    no = models.PositiveIntegerField(default=0)
    unknown = models.PositiveIntegerField(default=0)
    not_applicable = models.PositiveIntegerField(default=0)
    library_sha256 = models.CharField(max_length=64)
    evaluated_at = models.DateTimeField(default=timezone.now)
    valid_until = models.DateTimeField(null=True, db_index=True)
    """The first instant at which time alone can change one of them: the server evaluates again by this index."""


class ClientStandard(models.Model):
    """What one standard says of one client (decision 9)."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="standards", db_index=False)
    standard = models.CharField(max_length=100)
    verdict = models.CharField(max_length=16)
    reason = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=500, blank=True)
    yes = models.PositiveIntegerField(default=0)
    no = models.PositiveIntegerField(default=0)
    unknown = models.PositiveIntegerField(default=0)
    not_applicable = models.PositiveIntegerField(default=0)
    waived = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    """Since when the verdict has been this one."""
    evaluated_at = models.DateTimeField(default=timezone.now)
    valid_until = models.DateTimeField(null=True, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["client", "standard"], name="a_standard_stands_once_for_a_client")
        ]
        indexes: ClassVar = [  # the pages count in these alone, over all clients and all standards
            models.Index(fields=["client", "verdict", "reason"]),
            models.Index(fields=["standard", "verdict", "reason", "client"]),
        ]


class VerdictChange(models.Model):
    """A verdict became another one: of the client, or of a device."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="verdict_changes")
    device = models.ForeignKey(Device, on_delete=models.CASCADE, null=True, related_name="verdict_changes")
    standard = models.CharField(max_length=100)
    at = models.DateTimeField()
    before = models.CharField(max_length=16)
    after = models.CharField(max_length=16)
    reason = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["client", "-at"]),
            models.Index(fields=["device", "standard", "-at"]),
            models.Index(fields=["standard", "-at"]),
        ]


class OtherVerdicts(models.Model):
    """All standards' verdicts over a subject that is no device: the client, one of its sites, one of its domains."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="other_verdicts")
    kind = models.CharField(max_length=16)
    """client, site or domain."""
    name = models.CharField(max_length=300)
    packed = models.BinaryField()
    evaluated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["client", "kind", "name"], name="a_subject_has_one_row_of_verdicts")
        ]


class WeeklySummary(models.Model):
    """A client's counts at the end of a week: what trends are drawn from. The newest is how the client stands now."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="weeks")
    week_on = models.DateField()
    """The Monday of the week."""
    yes = models.PositiveIntegerField(default=0)
    no = models.PositiveIntegerField(default=0)
    unknown = models.PositiveIntegerField(default=0)
    stale = models.PositiveIntegerField(default=0)
    """Of those unknown: measured, but too long ago."""
    not_applicable = models.PositiveIntegerField(default=0)
    waived = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["client", "week_on"], name="a_week_is_summed_once")]


class Reevaluation(models.Model):
    """A run over all clients because the library or its lifecycle data changed."""

    why = models.CharField(max_length=200)
    asked_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    clients_count = models.PositiveIntegerField(default=0)


class ClientToJudge(models.Model):
    """A client that a run has not judged yet; the row goes when it is done."""

    run = models.ForeignKey(Reevaluation, on_delete=models.CASCADE, related_name="left")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
