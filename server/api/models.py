"""What came of requests that a program may send twice."""

from typing import ClassVar

from django.db import models


class SentOnce(models.Model):
    """A request with an `Idempotency-Key`, and its answer; kept for a day."""

    who = models.CharField(max_length=60)
    """The person and the token that sent it: nobody meets another's key."""
    key = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    """Over path and body, keyed with the server's secret: the same key with another request is refused."""
    at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(default=0)
    """0: still under way."""
    body = models.BinaryField(default=bytes)
    content_type = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["who", "key"], name="a_key_is_sent_once")]
