"""Before the pages: sign-in, the one-time link, the second factor and its recovery codes."""

from typing import Any

from allauth.account.views import LoginView
from allauth.mfa.base.views import AuthenticateView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from server.accounts import one_time, second_factor, sessions
from server.accounts.acting import acting
from server.accounts.actions import people
from server.accounts.forms import FirstCodeForm, NewPasswordForm
from server.accounts.middleware import source_of
from server.accounts.models import User
from server.accounts.rights import Right
from server.accounts.routes import SignedIn, posted
from server.identity_provider import PROVIDER

_SEED = "seed_under_way"
_SHOW_CODES = "show_recovery_codes_until_s"
SHOWN_FOR_S = 300


class SignInPage(LoginView):
    """The sign-in page."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what the page shows."""
        return {**super().get_context_data(**kwargs), "single_sign_on": settings.SINGLE_SIGN_ON, "provider": PROVIDER}


sign_in = SignInPage.as_view()
sign_in_code = AuthenticateView.as_view()


def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    messages.info(request, _("You are signed out."))
    return redirect("account_login")


@sensitive_post_parameters("password", "again")
def set_password(request: HttpRequest, word: str) -> HttpResponse:
    """Show the form of a one-time link, or set the password by it."""
    link = one_time.link_of(word)
    if link is None:
        return render(request, "accounts/set_password.html", status=404)
    form = NewPasswordForm(posted(request), user=link.user)
    if request.method == "POST" and form.is_valid():
        if not people.set_password(link, form.cleaned_data["password"], source_of(request)):
            return render(request, "accounts/set_password.html", status=404)
        messages.info(request, _("Your password is set. Sign in with it."))
        return redirect("account_login")
    return render(request, "accounts/set_password.html", {"form": form, "link": link})


def set_up_second_factor(request: SignedIn) -> HttpResponse:
    """Show the seed as a picture, and take the first code of it; then the session counts as whole."""
    user = _user(request)
    if second_factor.has_second_factor(user):
        if not sessions.proven(request):  # it was set up in another session meanwhile: this one must show its code
            logout(request)
        return redirect("account_sign_in")
    seed = request.session.get(_SEED)
    if not isinstance(seed, str):
        seed = request.session[_SEED] = second_factor.new_seed()
    form = FirstCodeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        codes = _take_first_code(request, user, seed, form.cleaned_data["code"])
        if codes is not None:
            return redirect("recovery_codes")
        form.add_error("code", _("This code is wrong. Look at the clock of your phone: it must be right."))
    squares, width = second_factor.drawing_of(seed, user)
    told = {"form": form, "seed": " ".join(seed[at : at + 4] for at in range(0, len(seed), 4))}
    return render(request, "accounts/second_factor.html", {**told, "squares": squares, "width": width})


def _take_first_code(request: SignedIn, user: User, seed: str, code: str) -> list[str] | None:
    if second_factor.matching_step(seed, code) is None:
        return None
    with acting(request.actor, Right.OWN_ACCOUNT, "second factor set up", about=user):
        codes = second_factor.set_up(user, seed, code)
    del request.session[_SEED]
    sessions.prove(request)
    show_codes(request)
    return codes


def show_codes(request: HttpRequest) -> None:
    """Let the recovery codes be shown for a few minutes."""
    request.session[_SHOW_CODES] = timezone.now().timestamp() + SHOWN_FOR_S


def recovery_codes(request: SignedIn) -> HttpResponse:
    """Show fresh recovery codes, just after they were made."""
    if timezone.now().timestamp() > request.session.get(_SHOW_CODES, 0):
        raise Http404("they are shown once")
    codes = second_factor.unused_recovery_codes(_user(request))
    return render(request, "accounts/recovery_codes.html", {"codes": codes})


def _user(request: SignedIn) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user
