"""One's own account: looks and quiet hours, the way in, sessions and log-ins, tokens."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from server.accounts import second_factor, sessions
from server.accounts.actions import own, tokens
from server.accounts.actor import Forbidden, NotThere
from server.accounts.forms import ChangePasswordForm, LookForm, ProofForm
from server.accounts.models import ApiToken, LogIn, User
from server.accounts.plain_fields import PlainField
from server.accounts.rights import RIGHT_WORDS, Right
from server.accounts.routes import SignedIn, posted
from server.accounts.scope import client_choices
from server.accounts.token_auth import NEVER
from server.accounts.views.entrance import show_codes

LOG_INS_SHOWN = 20


def account(request: SignedIn) -> HttpResponse:
    """Show and change theme, language, time zone and quiet hours."""
    user = user_of(request)
    form = LookForm(posted(request), initial={name: getattr(user, name) for name in own.LOOKS})
    if request.method == "POST" and form.is_valid():
        own.change_looks(request.actor, user, form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("account")
    told = {"title": _("Your account"), "form": form, "zones": sorted(available_timezones()), "person": user}
    return render(request, "accounts/account.html", told)


@sensitive_post_parameters()
def sign_in_settings(request: SignedIn) -> HttpResponse:
    """Show password, second factor, sessions and the last log-ins; change the password."""
    user = user_of(request)
    form = ChangePasswordForm(posted(request), user=user)
    if request.method == "POST" and form.is_valid():
        own.change_password(request.actor, user, form.cleaned_data["password"], request.session.session_key)
        update_session_auth_hash(request, user)
        messages.success(request, _("Your password is changed. All other sessions have ended."))
        return redirect("account_sign_in")
    told = {
        "title": _("Your way in"),
        "form": form,
        "proof": ProofForm(user=user),
        "has_password": user.has_usable_password(),
        "second_factor": second_factor.has_second_factor(user),
        "codes_left": len(second_factor.unused_recovery_codes(user)),
        "sessions": sessions.sessions_of(user, request.session.session_key),
        "log_ins": LogIn.objects.filter(user=user).order_by("-at")[:LOG_INS_SHOWN],
    }
    return render(request, "accounts/sign_in_settings.html", told)


def change_second_factor(request: SignedIn) -> HttpResponse:
    """Make new recovery codes, or begin with another app, after a code of the present one."""
    user = user_of(request)
    form = ProofForm(request.POST, user=user)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("account_sign_in")
    if request.POST.get("what") == "codes":
        own.new_recovery_codes(request.actor, user)
        show_codes(request)
        return redirect("recovery_codes")
    own.remove_second_factor(request.actor, user)
    sessions.unprove(request)
    return redirect("second_factor")


def end_sessions(request: SignedIn) -> HttpResponse:
    """End all other sessions of the person."""
    count = own.end_other_sessions(request.actor, user_of(request), request.session.session_key)
    messages.success(request, _("%(count)d other sessions have ended.") % {"count": count})
    return redirect("account_sign_in")


class TokenForm(forms.Form):
    """A token for a program: what it may do, where, and until when."""

    name = PlainField(label=gettext_lazy("What it is for"), max_length=100)
    rights = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"), widget=forms.CheckboxSelectMultiple, required=True
    )
    clients = forms.MultipleChoiceField(label=gettext_lazy("Only these clients"), required=False)
    ends_on = forms.DateField(
        label=gettext_lazy("Ends on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, request: SignedIn, **kwargs: Any) -> None:
        """Offer what the person has."""
        super().__init__(*args, **kwargs)
        rights = [right for right in Right if right in request.actor.rights - NEVER]
        self.fields["rights"].choices = [(right.value, RIGHT_WORDS[right]) for right in rights]  # type: ignore[attr-defined]
        self.fields["clients"].choices = client_choices(request.actor)  # type: ignore[attr-defined]


def own_tokens(request: SignedIn) -> HttpResponse:
    """Show the person's tokens; make one, which is shown in the answer and nowhere again."""
    first = {"ends_on": timezone.localdate() + timedelta(days=365)}
    form = TokenForm(posted(request), request=request, initial=first)
    shown = ""
    if request.method == "POST" and form.is_valid():
        shown = _made(request, form)
    found = ApiToken.objects.filter(user=user_of(request)).order_by("ended_at", "-made_at")[:200]
    told = {"title": _("Your tokens"), "form": form, "tokens": found, "shown": shown, "now": timezone.now()}
    return render(request, "accounts/tokens.html", told)


def _made(request: SignedIn, form: TokenForm) -> str:
    """Return the new token, or nothing with an error in the form."""
    given = form.cleaned_data
    zone = timezone.get_current_timezone()
    ends_at = datetime.combine(given["ends_on"], time(23, 59), zone)
    rights = [Right(right) for right in given["rights"]]
    try:
        return tokens.make_token(request.actor, given["name"], rights, ends_at, clients=given["clients"] or None)[1]
    except tokens.TooLong:
        form.add_error("ends_on", _("A token ends within a year, and not before tomorrow."))
    except (Forbidden, NotThere):
        form.add_error("rights", _("A token gets nothing that you lack yourself."))
    return ""


def end_token(request: SignedIn, uid: str) -> HttpResponse:
    """End a token."""
    tokens.end_token(request.actor, uid)
    messages.success(request, _("The token has ended."))
    return redirect("account_tokens")


def user_of(request: SignedIn) -> User:
    """Return the person behind a request."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user
