"""Clients, their sites and places, devices and groups, who may see them, and what a person states about them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from collectors.link.ids import fresh_id
from server.accounts.actor import Actor


class ClientState(models.TextChoices):
    """How things stand with a client."""

    ACTIVE = "active", _("Active")
    LEFT = "left", _("Left: read-only")


class Tag(models.Model):
    """A word that clients share, by which plans and templates are assigned."""

    name = models.CharField(max_length=60, unique=True)

    def __str__(self) -> str:
        return self.name


class ClientSet(QuerySet["Client"]):
    """Clients, as somebody may see them."""

    def seen_by(self, actor: Actor) -> "ClientSet":
        """Return those in the actor's scope."""
        return self if actor.all_clients else self.filter(pk__in=actor.client_ids)


class Client(models.Model):
    """A company that the MSP looks after: the fence between data."""

    uid = models.CharField(max_length=26, unique=True, default=fresh_id)
    name = models.CharField(_("name"), max_length=200, unique=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    tags = models.ManyToManyField(Tag, blank=True, related_name="clients")
    state = models.CharField(max_length=16, choices=ClientState.choices, default=ClientState.ACTIVE)
    note = models.TextField(_("note (internal)"), blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True)
    retained_until = models.DateField(null=True)
    """After a client left: until when its data is kept, read-only."""

    objects = ClientSet.as_manager()

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class ClientAssignment(models.Model):
    """A client in a person's scope."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assignments")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="assignments")
    as_role = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "client"], name="a_client_is_assigned_once")]


class Site(models.Model):
    """A place of a client with a network of its own."""

    uid = models.CharField(max_length=26, unique=True, default=fresh_id)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="sites")
    name = models.CharField(_("name"), max_length=200)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["client", "name"], name="a_site_has_its_own_name")]

    def __str__(self) -> str:
        return self.name


class Place(models.Model):
    """Where in a site devices stand: server room, rack in the workshop."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="places")
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["site", "name"], name="a_place_has_its_own_name")]

    def __str__(self) -> str:
        return self.name


class DeviceGroup(models.Model):
    """Devices that count once: an HA pair, a cluster, a stack."""

    uid = models.CharField(max_length=26, unique=True, default=fresh_id)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="groups")
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["client", "name"], name="a_group_has_its_own_name")]

    def __str__(self) -> str:
        return self.name


class DeviceState(models.TextChoices):
    """How a device counts."""

    IN_USE = "in_use", _("In use")
    OUT_OF_SCOPE = "out_of_scope", _("Out of scope")
    RETIRED = "retired", _("Retired")


class Device(models.Model):
    """One management plane with our own id, never its address or name (decision 6)."""

    uid = models.CharField(max_length=26, unique=True, default=fresh_id)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="devices")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="devices")
    place = models.ForeignKey(Place, on_delete=models.SET_NULL, null=True, blank=True, related_name="devices")
    group = models.ForeignKey(DeviceGroup, on_delete=models.SET_NULL, null=True, blank=True, related_name="devices")
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=40, default="device")
    """A device class of `rules.kinds`, or 'device' until a driver or a person says."""
    kind_by_person = models.BooleanField(default=False)
    roles = models.JSONField(default=list)
    state = models.CharField(max_length=16, choices=DeviceState.choices, default=DeviceState.IN_USE)
    state_why = models.CharField(max_length=300, blank=True)
    retired_at = models.DateTimeField(null=True)
    marks = models.JSONField(default=dict)
    """The strong identity marks that it showed, by name."""
    quarantined_at = models.DateTimeField(null=True)
    """Since when another device answers here: its readings change no fact."""
    made_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    """When anything of it was last read with success."""

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["site", "name"], condition=~Q(state="retired"), name="a_device_in_use_has_its_own_name"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["client", "kind"])]

    def __str__(self) -> str:
        return self.name


class DeviceProposal(models.Model):
    """What identity marks propose and a person decides: two devices are one, or one has moved."""

    uid = models.CharField(max_length=26, unique=True, default=fresh_id)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="proposals")
    kind = models.CharField(max_length=16)
    """merge, move, another device."""
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="proposals")
    other = models.ForeignKey(Device, on_delete=models.CASCADE, null=True, related_name="other_proposals")
    mark = models.CharField(max_length=200)
    text = models.CharField(max_length=300)
    made_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["device", "other", "kind"], condition=Q(decided_at=None), name="one_open_proposal_of_a_kind"
            )
        ]


class InventoryStatement(models.Model):
    """A person states that a client has none of a kind, for at most twelve months."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="statements")
    kind = models.CharField(max_length=40)
    by = models.CharField(max_length=200)
    said_at = models.DateTimeField(default=timezone.now)
    until = models.DateField()
    withdrawn_at = models.DateTimeField(null=True)


class RollUpDue(models.Model):
    """A client of which something changed that its verdicts depend on; the worker rolls up the oldest first."""

    client = models.OneToOneField(Client, on_delete=models.CASCADE, primary_key=True, related_name="roll_up_due")
    since = models.DateTimeField(db_index=True)
    revision = models.PositiveBigIntegerField(default=1)
    """Grows with each further change, so that one that comes during the roll-up is not lost."""
