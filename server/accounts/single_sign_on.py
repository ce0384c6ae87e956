"""Single sign-on: the company's identity provider says who somebody is; only people who are here already come in."""

import logging

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from server.accounts.models import User
from server.accounts.sign_in import recorded

logger = logging.getLogger(__name__)


class KnownPeopleOnly(DefaultSocialAccountAdapter):
    """Connects by an e-mail address that the provider has verified; makes nobody."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Return that it never is."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Let a known, active person pass; send everybody else back with one and the same text."""
        user = sociallogin.user if sociallogin.is_existing else _known(sociallogin)
        if not isinstance(user, User) or not user.is_active:
            told = [one.email for one in sociallogin.email_addresses]
            recorded(request, told[0] if told else "", "no such person" if user is None else "deactivated", user)
            raise ImmediateHttpResponse(_back(request))
        if not sociallogin.is_existing:
            sociallogin.connect(request, user)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: object,
        error: object = None,
        exception: object = None,
        extra_context: object = None,
    ) -> None:
        """Send back to the sign-in page, which says that the provider did not confirm it."""
        logger.warning("single sign-on failed", extra={"why": type(exception or error).__name__})
        raise ImmediateHttpResponse(_back(request))


def _known(login: SocialLogin) -> User | None:
    """Return the person with an address that the provider calls verified."""
    verified = [one.email.casefold() for one in login.email_addresses if one.verified is True]
    return User.objects.filter(email__in=verified).first() if verified else None


def _back(request: HttpRequest) -> HttpResponse:
    messages.error(
        request,
        _("Single sign-on did not confirm a person who is known here. An administrator adds people by e-mail."),
    )
    return redirect("account_login")
