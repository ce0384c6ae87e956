"""Reports as delivered, the current readings of each device, their history, and the feed of what changed.

A foreign key that a constraint or an index already begins with has no index of its own: these tables are written most.
"""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from server.agents.models import Agent
from server.clients.models import Client, Device
from server.scans.models import ScanJob


class Report(models.Model):
    """A delivered report: keyed by agent and report id, so that sending it again changes nothing (decision 23)."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="reports", db_index=False)
    report_id = models.CharField(max_length=26)
    job = models.ForeignKey(ScanJob, on_delete=models.SET_NULL, null=True, related_name="reports")
    device = models.ForeignKey(Device, on_delete=models.SET_NULL, null=True, related_name="reports", db_index=False)
    sha256 = models.CharField(max_length=64)
    outcome = models.CharField(max_length=16)
    """stored or rejected."""
    reason = models.CharField(max_length=200, blank=True)
    observed_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["agent", "report_id"], name="a_report_is_taken_once")]


class CurrentReadings(models.Model):
    """All that stands of a device: by section and source the newest successful reading, and newer gaps. One row."""

    device = models.OneToOneField(Device, on_delete=models.CASCADE, primary_key=True, related_name="current")
    packed = models.BinaryField()
    """zstd over the canonical JSON of `server.readings.current`."""
    updated_at = models.DateTimeField(default=timezone.now)
    revision = models.PositiveBigIntegerField(default=0)
    """Grows with each change: two deliveries of one device cannot both win."""


class SectionValue(models.Model):
    """What lasts of a section's value, by its content; the same value is stored once for a client."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="section_values", db_index=False)
    sha256 = models.CharField(max_length=64)
    packed = models.BinaryField()
    """zstd over canonical JSON (`server.readings.lasting`)."""
    personal = models.BooleanField(default=False)
    first_seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["client", "sha256"], name="a_value_is_stored_once_for_a_client")
        ]


class SectionChange(models.Model):
    """At this reading a section became this value."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="section_changes", db_index=False)
    section = models.CharField(max_length=60)
    source = models.CharField(max_length=100)
    """transport|driver."""
    value = models.ForeignKey(SectionValue, on_delete=models.CASCADE, related_name="changes")
    read_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device", "section", "source", "read_at"], name="a_change_is_noted_once")
        ]


class DailySummary(models.Model):
    """What changed by itself on a device during a day (UTC): lowest, highest and last of each number. One row."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="daily_summaries", db_index=False)
    day = models.DateField()
    packed = models.BinaryField()
    """zstd over the JSON of `server.readings.daily`, by section and source."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device", "day"], name="a_device_has_one_summary_a_day")
        ]


class DeviceMark(models.Model):
    """A strong identity mark that a device showed: found again by its value when another device shows the same."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="device_marks", db_index=False)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="mark_rows", db_index=False)
    name = models.CharField(max_length=20)
    value = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["device", "name"], name="a_device_has_one_mark_of_a_name")
        ]
        indexes: ClassVar = [models.Index(fields=["client", "value"])]


class FeedEntry(models.Model):
    """Something that changed at a client: a new device, firmware, administrator (`server.readings.feed`)."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="feed", db_index=False)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, null=True, related_name="feed", db_index=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    text = models.CharField(max_length=300)
    """What it is about: a product, an account."""
    before = models.CharField(max_length=200, blank=True)
    after = models.CharField(max_length=200, blank=True)
    personal = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["client", "-at"]), models.Index(fields=["device", "-at"])]
