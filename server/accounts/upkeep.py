"""What sign-in leaves behind and nobody needs any longer."""

from datetime import datetime, timedelta
from typing import Final

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from server.accounts import lock_out
from server.accounts.models import LogIn, OneTimeLink, UsedCode

CODES_KEPT_S: Final = 600
"""Longer than any code counts."""
LOG_INS_KEPT: Final = timedelta(days=400)
"""A year, and time to look back at it."""
LINKS_KEPT: Final = timedelta(days=30)


def forget_old(now: datetime) -> int:
    """Delete ended sessions, used codes, old tries to sign in and old links; return how many rows went."""
    count = lock_out.forget_old(now)
    count += UsedCode.objects.filter(step__lt=int(now.timestamp() - CODES_KEPT_S) // 30).delete()[0]
    count += Session.objects.filter(expire_date__lt=now).delete()[0]
    count += UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()[0]
    count += LogIn.objects.filter(at__lt=now - LOG_INS_KEPT).delete()[0]
    count += OneTimeLink.objects.filter(ends_at__lt=now - LINKS_KEPT).delete()[0]
    return count
