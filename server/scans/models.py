"""Scan plans and to whom they apply, slots, scan jobs, blackouts, and what discoveries found."""

from datetime import time
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collectors.link.ids import fresh_id
from server.access.models import Access
from server.agents.models import Agent
from server.clients.models import Client, Device, Site, Tag


class ScanPlan(models.Model):
    """When which devices are read: a template that tags assign to clients."""

    uid = models.CharField(max_length=26, unique=True, default=fresh_id)
    name = models.CharField(_("name"), max_length=100, unique=True)
    rule = models.CharField(max_length=300)
    """RFC 5545 recurrence in the site's time zone, without DTSTART: 'FREQ=DAILY;BYHOUR=20;BYMINUTE=0'."""
    window_minutes = models.PositiveIntegerField(default=600)
    """How long after the slot's beginning its jobs may still begin."""
    jitter_minutes = models.PositiveIntegerField(default=30)
    kinds = models.JSONField(default=list)
    """Device kinds that are read; empty: all."""
    transports = models.JSONField(default=list)
    """Transports that are used; empty: all."""
    networks = models.JSONField(default=list)
    """For a plan of discovery: networks to look at; empty otherwise."""
    tags = models.ManyToManyField(Tag, blank=True, related_name="plans")
    all_clients = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class PlanException(models.Model):
    """A client or site that a plan leaves out, or takes in though no tag assigns it."""

    uid = models.CharField(max_length=26, unique=True, default=fresh_id)
    plan = models.ForeignKey(ScanPlan, on_delete=models.CASCADE, related_name="exceptions")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="plan_exceptions")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, null=True, related_name="plan_exceptions")
    takes_in = models.BooleanField(default=False)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "client", "site"], name="a_plan_has_one_exception_for_a_site"),
            models.UniqueConstraint(
                fields=["plan", "client"], condition=Q(site=None), name="a_plan_has_one_exception_for_a_client"
            ),
        ]


class Blackout(models.Model):
    """No scan between two instants: at a client or a site, or everywhere."""

    uid = models.CharField(max_length=26, unique=True, default=fresh_id)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, null=True, related_name="blackouts")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, null=True, related_name="blackouts")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    why = models.CharField(max_length=300)
    by = models.CharField(max_length=200)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["ends_at"])]

    def __str__(self) -> str:
        return self.why


class Visit(models.Model):
    """A day on which somebody goes to a site: all of it is read before, and read again where that failed."""

    uid = models.CharField(max_length=26, unique=True, default=fresh_id)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="visits")
    day = models.DateField(_("day"))
    begins = models.TimeField(_("begins at"), default=time(8))
    """By the site's own clock."""
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.CharField(max_length=200)
    made_at = models.DateTimeField(default=timezone.now)
    cancelled_at = models.DateTimeField(null=True)
    judged_day = models.DateField(null=True)
    """The day for which it was looked at what the scan before it did not read; people were told then."""
    judged_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["day"])]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["site", "day"], condition=Q(cancelled_at=None), name="a_site_has_one_visit_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.site.name}, {self.day}"


class SlotState(models.TextChoices):
    """How a slot went."""

    OPEN = "open", _("Under way")
    DONE = "done", _("Done")
    SKIPPED = "skipped", _("Left out")


class Slot(models.Model):
    """One due time of a plan at a site, or one of the two scans before a visit.

    It is unique, so that clock jumps and restarts neither lose nor double a scan.
    """

    plan = models.ForeignKey(ScanPlan, on_delete=models.CASCADE, null=True, related_name="slots")
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, null=True, related_name="slots")
    visit_day = models.DateField(null=True)
    step = models.CharField(max_length=8, blank=True)
    """Of a visit: first, again."""
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="slots")
    due_at = models.DateTimeField()
    opened_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=16, choices=SlotState.choices, default=SlotState.OPEN)
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "site", "due_at"], name="a_slot_is_opened_once"),
            models.UniqueConstraint(fields=["visit", "visit_day", "step"], name="a_step_of_a_visit_is_opened_once"),
            models.CheckConstraint(
                condition=Q(plan__isnull=False, visit=None) | Q(plan=None, visit__isnull=False),
                name="a_slot_is_of_a_plan_or_a_visit",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["site", "due_at"]), models.Index(fields=["state", "due_at"])]


class NextScan(models.Model):
    """When a plan is due at a site next. The scheduler reads no clock but through these rows."""

    plan = models.ForeignKey(ScanPlan, on_delete=models.CASCADE, related_name="next_scans")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="next_scans")
    slot_at = models.DateTimeField()
    """The slot's own instant, by the rule."""
    due_at = models.DateTimeField(db_index=True)
    """When it is opened: the jitter later, or when a blackout ends."""
    since = models.DateTimeField()
    """When the plan came to the site: no slot before counts."""
    timing = models.CharField(max_length=400)
    """What the instants were reckoned from; another timing means that they are reckoned anew."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "site"], name="a_plan_is_next_once_at_a_site")]


class Leader(models.Model):
    """Which of several schedulers works at present, and what the clock last said to it."""

    name = models.CharField(max_length=40, unique=True)
    holder = models.CharField(max_length=200, blank=True)
    until = models.DateTimeField()
    ticked_at = models.DateTimeField()


class Duty(models.Model):
    """Something that the server does every so often, and how it went last."""

    name = models.CharField(max_length=80, unique=True)
    due_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    failed = models.BooleanField(default=False)


class ScanRun(models.Model):
    """An order of a person: scan this now, try that access. Its jobs bear its uid."""

    uid = models.CharField(max_length=26, unique=True, default=fresh_id)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=16, default="scan")
    """As of its jobs."""
    about = models.CharField(max_length=300)
    """What was to be scanned, in words."""
    device = models.ForeignKey(Device, on_delete=models.CASCADE, null=True, related_name="runs")
    standard = models.CharField(max_length=100, blank=True)
    by = models.CharField(max_length=200)
    asked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["client", "asked_at"])]

    def __str__(self) -> str:
        return self.about


class JobState(models.TextChoices):
    """Where a scan job stands."""

    QUEUED = "queued", _("Queued")
    LEASED = "leased", _("With the agent")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    EXPIRED = "expired", _("Expired")
    CANCELLED = "cancelled", _("Cancelled")


class ScanJob(models.Model):
    """One thing for one agent to do (`collectors.link.jobs`)."""

    uid = models.CharField(max_length=26, unique=True, default=fresh_id)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="jobs")
    slot = models.ForeignKey(Slot, on_delete=models.SET_NULL, null=True, related_name="jobs")
    kind = models.CharField(max_length=16, default="scan")
    """scan, try_access, discover."""
    device = models.ForeignKey(Device, on_delete=models.CASCADE, null=True, related_name="jobs")
    access = models.ForeignKey(Access, on_delete=models.CASCADE, null=True, related_name="jobs")
    networks = models.JSONField(default=list)
    released = models.BooleanField(default=False)
    urgent = models.BooleanField(default=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    run = models.CharField(max_length=26, blank=True, db_index=True)
    """One order of a person ('scan this site now'): its jobs share it."""
    state = models.CharField(max_length=16, choices=JobState.choices, default=JobState.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=1)
    made_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(default=timezone.now)
    not_after = models.DateTimeField()
    agent = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, related_name="jobs")
    leased_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40, blank=True)
    """A `GapReason`, or 'policy', 'expired', 'no agent'."""
    text = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["site", "state", "urgent", "not_before"]),
            models.Index(fields=["state", "leased_until"]),
            models.Index(fields=["device", "ended_at"]),
            models.Index(fields=["ended_at"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["access", "kind"],
                condition=Q(state__in=["queued", "leased"]) & Q(access__isnull=False),
                name="an_access_has_one_open_job_of_a_kind",
            ),
            models.UniqueConstraint(
                fields=["site"],
                condition=Q(state__in=["queued", "leased"]) & Q(kind="discover"),
                name="a_site_has_one_open_discovery",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"


class FoundDevice(models.Model):
    """What a discovery saw at an address of a site."""

    uid = models.CharField(max_length=26, unique=True, default=fresh_id)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="found")
    address = models.CharField(max_length=255)
    ports = models.JSONField(default=list)
    sys_name = models.CharField(max_length=200, blank=True)
    sys_object_id = models.CharField(max_length=200, blank=True)
    sys_descr = models.CharField(max_length=500, blank=True)
    banner = models.CharField(max_length=200, blank=True)
    first_seen_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=16, default="new")
    """new, taken (is a device now), ignored."""
    device = models.ForeignKey(Device, on_delete=models.SET_NULL, null=True, related_name="found_as")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["site", "address"], name="an_address_is_found_once")]
