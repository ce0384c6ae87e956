"""Each client's own settings of standards, and which library is in force."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from server.clients.models import Client


class ClientSetting(models.Model):
    """A parameter of a standard that a client sets for itself."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="settings")
    standard = models.CharField(max_length=100)
    name = models.CharField(max_length=60)
    value = models.JSONField()
    """As the library takes it: a text, a number or a list of texts; yes and no are words."""
    set_by = models.CharField(max_length=200)
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["client", "standard", "name"], name="a_setting_is_set_once")
        ]


class LibraryInForce(models.Model):
    """The library by which verdicts were last made: one row. A new digest starts a re-evaluation of everything."""

    sha256 = models.CharField(max_length=64)
    standards_count = models.PositiveIntegerField()
    since = models.DateTimeField(default=timezone.now)
