"""What sign-in leaves behind goes, and what still counts stays."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from server.accounts import lock_out
from server.accounts.models import FailedLogIns, LogIn, UsedCode, User
from server.accounts.upkeep import LOG_INS_KEPT, forget_old
from tests.web.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_what_counts_stays(administrator: User) -> None:
    now = timezone.now()
    browser = signed_in(administrator)
    UserSession.objects.create(user=administrator, ip="192.0.2.1", session_key=browser.session.session_key)
    LogIn.objects.create(user=administrator, email="x", source="x", outcome="signed in")
    UsedCode.objects.create(user=administrator, step=int(now.timestamp()) // 30)
    lock_out.take(lock_out.NAME, "x@msp.test", now)
    assert forget_old(now) == 0


def test_what_no_longer_counts_goes(administrator: User) -> None:
    now = timezone.now()
    browser = signed_in(administrator)
    UserSession.objects.create(user=administrator, ip="192.0.2.1", session_key=browser.session.session_key)
    LogIn.objects.create(user=administrator, email="x", source="x", outcome="signed in", at=now - LOG_INS_KEPT)
    UsedCode.objects.create(user=administrator, step=1)
    for _ in range(lock_out.NAME.tries):
        lock_out.take(lock_out.NAME, "x@msp.test", now)
    Session.objects.update(expire_date=now)
    later = now + timedelta(hours=1)
    forget_old(later)
    left = (Session, UserSession, LogIn, UsedCode, FailedLogIns)
    assert [kind._default_manager.count() for kind in left] == [0] * 5
