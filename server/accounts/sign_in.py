"""Signing in: what allauth asks of us, with our lock-out before the password and one line in the list of log-ins."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from server.accounts import lock_out, sessions
from server.accounts.hashing import Crowded, Place
from server.accounts.middleware import source_of
from server.accounts.models import LogIn, User

logger = logging.getLogger(__name__)


class SignIn(DefaultAccountAdapter):
    """Allauth's hooks; nobody can sign up, and no text says whether a person exists."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return that it never is: people are added by an administrator."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address, with the same trust in a proxy as everywhere."""
        return source_of(request) or "0.0.0.0"

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Return who has these credentials; a locked name or address is refused before the password is looked at."""
        name, source = str(credentials.get("email", "")).strip().casefold(), source_of(request)
        if not may_try(name, source):
            raise ValidationError(locked_text(), code="locked")
        try:
            with Place():
                user = super().authenticate(request, **credentials)
        except Crowded:
            lock_out.give_back(lock_out.NAME, name)
            lock_out.give_back(lock_out.SOURCE, source)
            raise ValidationError(_("The server is busy. Try again in a moment."), code="busy") from None
        if user is None or not user.is_active:
            _failed(request, name, user)
            return None
        lock_out.succeeded(lock_out.NAME, name)
        lock_out.give_back(lock_out.SOURCE, source)
        return user

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Do nothing: `authenticate` has asked the lock-out."""

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Begin the session, which knows by what it was begun and when it ends."""
        methods = {str(one.get("method")) for one in get_authentication_records(request, user)}
        tablet = bool(request.session.pop(sessions.TABLET, False))
        super().login(request, user)
        sessions.begin(request, methods, tablet=tablet)
        recorded(request, user.get_username(), "signed in", user)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing of its own: our pages say what is needed."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send nothing: mails go through the outbox."""

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """Return to the sign-in page, which does not say why."""
        from django.shortcuts import redirect

        return redirect("account_login")


def may_try(name: str, source: str) -> bool:
    """Return whether a try may be evaluated, and count it for the name and for the address it came from."""
    if lock_out.locked_until(lock_out.SOURCE, source):
        return False
    return lock_out.take(lock_out.NAME, name) and lock_out.take(lock_out.SOURCE, source)


def locked_text() -> str:
    """Return what a locked person reads; an unknown name is locked alike."""
    return _("Too many failed tries. Sign-in is locked for 15 minutes.")


def recorded(request: HttpRequest, email: str, outcome: str, user: AbstractBaseUser | None) -> None:
    """Keep one line of the list of log-ins."""
    LogIn.objects.create(
        user=user if isinstance(user, User) else None,
        email=email[:254],
        source=source_of(request),
        browser=request.headers.get("User-Agent", "")[:200],
        outcome=outcome,
    )
    level = logging.INFO if outcome == "signed in" else logging.WARNING
    logger.log(level, "somebody tried to sign in", extra={"outcome": outcome, "source": source_of(request)})


def _failed(request: HttpRequest, name: str, user: AbstractBaseUser | None) -> None:
    known = user if isinstance(user, User) else User.objects.filter(email=name).first()
    if known is None:
        outcome = "no such person"
    else:
        outcome = "wrong password" if known.is_active else "deactivated"
    recorded(request, name, outcome, known)
