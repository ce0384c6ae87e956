"""One-time links by which a person sets a password: shown once, kept as a hash, used in one conditional UPDATE."""

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from server.accounts.models import OneTimeLink, User

INVITATION_LASTS: Final = timedelta(days=7)
RESET_LASTS: Final = timedelta(hours=24)


def make_link(user: User, made_by: str, lasts: timedelta) -> str:
    """Return the address to hand to the person; links made before no longer count."""
    now = timezone.now()
    OneTimeLink.objects.filter(user=user, used_at=None).update(used_at=now)
    word = secrets.token_urlsafe(32)
    OneTimeLink.objects.create(user=user, sha256=digest(word), made_by=made_by, ends_at=now + lasts)
    return f"{settings.PUBLIC_URL}{reverse('set_password', args=[word])}"


def link_of(word: str) -> OneTimeLink | None:
    """Return the link of a word, if it still counts and its person may come in."""
    found = OneTimeLink.objects.filter(
        sha256=digest(word), used_at=None, ends_at__gt=timezone.now(), user__is_active=True
    )
    return found.select_related("user").first()


def use(link: OneTimeLink) -> bool:
    """Return whether this was the one use of the link."""
    now = timezone.now()
    return bool(OneTimeLink.objects.filter(pk=link.pk, used_at=None, ends_at__gt=now).update(used_at=now))


def digest(word: str) -> str:
    """Return what is kept of a word."""
    return hashlib.sha256(word.encode()).hexdigest()
