"""Sessions: by what they were begun, when they end, and ending those of a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from server.accounts.actor import Actor
from server.accounts.models import User
from server.accounts.rights import Right

TABLET: Final = "tablet"
PROOF: Final = "second_factor"
"""How the session was begun: 'code', 'single sign-on'; empty while the person has no second factor yet."""
_ENDS: Final = "ends_at_s"
_SEEN: Final = "seen_at_s"
DESK: Final = timedelta(hours=8)
ON_TABLET: Final = timedelta(hours=12)
IDLE: Final = timedelta(hours=1)
"""How long a session that may change people or the server may stand still (users.md section 5)."""
NOTED: Final = timedelta(minutes=1)
"""How often it is written down that a session is used."""


@dataclass(frozen=True)
class Shown:
    """A session as its owner sees it."""

    key: str
    source: str
    browser: str
    began_at: datetime
    seen_at: datetime
    current: bool


def begin(request: HttpRequest, methods: Iterable[str], *, tablet: bool = False) -> None:
    """Note in a fresh session how it was begun and when it ends."""
    methods = set(methods)
    proof = "single sign-on" if "socialaccount" in methods else "code" if "mfa" in methods else ""
    begin_in(request.session, proof, ON_TABLET if tablet else DESK)


def begin_in(session: SessionBase, proof: str, lasts: timedelta = DESK) -> None:
    """Note in a session by which proof it was begun, and that it ends after a time, however it is used."""
    now = timezone.now()
    session[PROOF] = proof
    session[_SEEN] = now.timestamp()
    session[_ENDS] = (now + lasts).timestamp()
    session.set_expiry(int(lasts.total_seconds()))


def prove(request: HttpRequest) -> None:
    """Note that the person has just set up the second factor: the session is whole, under a fresh key."""
    former = request.session.session_key
    request.session[PROOF] = "code"
    request.session.cycle_key()
    UserSession.objects.filter(session_key=former).update(session_key=request.session.session_key)


def unprove(request: HttpRequest) -> None:
    """Note that the second factor is gone: nothing but setting one up is open."""
    request.session[PROOF] = ""


def proven(request: HttpRequest) -> bool:
    """Return whether the session was begun with a second factor, or by the company's identity provider."""
    return bool(request.session.get(PROOF))


def over(request: HttpRequest, actor: Actor, now: datetime | None = None) -> bool:
    """Return whether the session has ended: its time is up, or an administrator's stood still too long."""
    at_s = (now or timezone.now()).timestamp()
    if at_s >= request.session.get(_ENDS, 0):
        return True
    strong = actor.may(Right.MANAGE_USERS) or actor.may(Right.MANAGE_SERVER)
    return strong and at_s - request.session.get(_SEEN, 0) >= IDLE.total_seconds()


def used(request: HttpRequest, now: datetime | None = None) -> None:
    """Note that a session is used, at most once a minute."""
    at_s = (now or timezone.now()).timestamp()
    if at_s - request.session.get(_SEEN, 0) < NOTED.total_seconds():
        return
    request.session[_SEEN] = at_s
    left_s = max(1, int(request.session.get(_ENDS, at_s) - at_s))
    request.session.set_expiry(left_s)
    seen = datetime.fromtimestamp(at_s, UTC)
    UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=seen)


def sessions_of(user: User, current_key: str | None) -> list[Shown]:
    """Return the sessions of a person that are alive, newest use first."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    rows = UserSession.objects.filter(user=user, session_key__in=alive).order_by("-last_seen_at")
    return [
        Shown(row.session_key, row.ip, row.user_agent, row.created_at, row.last_seen_at, row.session_key == current_key)
        for row in rows
    ]


def end_sessions(user: User, *, but: str | None = None) -> int:
    """End the sessions of a person, all but one; return how many ended."""
    keys = list(
        UserSession.objects.filter(user=user).exclude(session_key=but or "").values_list("session_key", flat=True)
    )
    Session.objects.filter(session_key__in=keys).delete()
    return UserSession.objects.filter(session_key__in=keys).delete()[0]
