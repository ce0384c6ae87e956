"""The forms of sign-in, of a person's own account and of people."""

from typing import Any
from zoneinfo import available_timezones

from allauth.account.forms import LoginForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from server.accounts import lock_out, second_factor, sessions
from server.accounts.models import User
from server.accounts.plain_fields import PlainField
from server.accounts.rights import Role
from server.accounts.sign_in import locked_text, recorded

THEMES = (("system", _("As the system")), ("light", _("Light")), ("dark", _("Dark")))
PASSWORD_LENGTH = 1024


class SignInForm(LoginForm):
    """E-mail address and password, and whether this is a tablet that stays signed in for a day of visits."""

    tablet = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the fields as our page does."""
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail")
        self.fields["login"].validators.append(MaxLengthValidator(254))
        self.fields["password"].validators.append(MaxLengthValidator(PASSWORD_LENGTH))
        self.fields["tablet"].label = _("A tablet for visits: stay signed in for 12 hours")

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Begin the session, or ask for the second factor."""
        request.session[sessions.TABLET] = self.cleaned_data["tablet"]
        response: HttpResponse = super().login(request, redirect_url)
        return response


class CodeForm(AuthenticateForm):
    """A code of the authenticator app, or a recovery code: five tries, each code once."""

    code = forms.CharField(label=_("Code"), max_length=32, strip=True)

    def clean_code(self) -> str:
        """Return the code when it is right."""
        code: str = self.cleaned_data["code"]
        word = str(self.user.pk)
        if not lock_out.take(lock_out.CODE, word):
            raise ValidationError(locked_text(), code="locked")
        found = second_factor.take_code(self.user, code)
        if found is None:
            recorded(context.request, self.user.email, "wrong code", self.user)
            raise ValidationError(gettext("This code is wrong or was used before."), code="wrong")
        lock_out.succeeded(lock_out.CODE, word)
        self.authenticator = found
        return code


class NewPasswordForm(forms.Form):
    """A new password, twice."""

    password = forms.CharField(label=_("New password"), max_length=PASSWORD_LENGTH, strip=False)
    again = forms.CharField(label=_("The same again"), max_length=PASSWORD_LENGTH, strip=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        """Know whose password it is: it must not be like the name or the address."""
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_password(self) -> str:
        """Return a password that keeps the rules."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self._user)
        return password

    def clean(self) -> dict[str, Any]:
        """Hold both against each other."""
        super().clean()
        both = self.cleaned_data.get("password"), self.cleaned_data.get("again")
        if None not in both and both[0] != both[1]:
            self.add_error("again", gettext("The two passwords differ."))
        return self.cleaned_data


class ChangePasswordForm(NewPasswordForm):
    """The present password, then a new one, twice."""

    present = forms.CharField(label=_("Present password"), max_length=PASSWORD_LENGTH, strip=False)
    field_order = ("present", "password", "again")

    def clean_present(self) -> str:
        """Return the present password when it is right; wrong ones count."""
        present: str = self.cleaned_data["present"]
        if not lock_out.take(lock_out.PROOF, str(self._user.pk)):
            raise ValidationError(locked_text(), code="locked")
        if not self._user.check_password(present):
            raise ValidationError(gettext("This is not your present password."), code="wrong")
        lock_out.succeeded(lock_out.PROOF, str(self._user.pk))
        return present


class FirstCodeForm(forms.Form):
    """The first code of a new authenticator app."""

    code = forms.CharField(label=_("Code of the app"), max_length=16, strip=True)


class ProofForm(forms.Form):
    """A code of the present second factor, before it is changed."""

    code = forms.CharField(label=_("Code of your app, or a recovery code"), max_length=32, strip=True)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        """Know whose code it is."""
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_code(self) -> str:
        """Return the code when it is right; wrong ones count."""
        code: str = self.cleaned_data["code"]
        if not lock_out.take(lock_out.PROOF, str(self._user.pk)):
            raise ValidationError(locked_text(), code="locked")
        if second_factor.take_code(self._user, code) is None:
            raise ValidationError(gettext("This code is wrong or was used before."), code="wrong")
        lock_out.succeeded(lock_out.PROOF, str(self._user.pk))
        return code


class LookForm(forms.Form):
    """How the pages look and when a person wants quiet."""

    theme = forms.ChoiceField(label=_("Theme"), choices=THEMES)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.CharField(label=_("Time zone"), max_length=64)
    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    quiet_to = forms.TimeField(label=_("Quiet to"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))

    def clean_time_zone(self) -> str:
        """Return a zone that there is."""
        return known_zone(self.cleaned_data["time_zone"])

    def clean(self) -> dict[str, Any]:
        """Hold both ends of the quiet hours against each other."""
        super().clean()
        ends = self.cleaned_data.get("quiet_from"), self.cleaned_data.get("quiet_to")
        if (ends[0] is None) != (ends[1] is None):
            self.add_error("quiet_to", gettext("Quiet hours need a beginning and an end."))
        return self.cleaned_data


class PersonForm(forms.Form):
    """A person with their roles and the clients in their scope."""

    name = PlainField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"), max_length=254)
    roles = forms.MultipleChoiceField(label=_("Roles"), choices=Role.choices, required=False)
    all_clients = forms.BooleanField(label=_("All clients"), required=False)
    clients = forms.MultipleChoiceField(label=_("Clients"), required=False)

    def __init__(self, *args: Any, clients: list[tuple[str, str]], user: User | None = None, **kwargs: Any) -> None:
        """Know which clients there are, and who is being changed."""
        super().__init__(*args, **kwargs)
        self.fields["clients"].choices = clients  # type: ignore[attr-defined]
        self._user = user

    def clean_email(self) -> str:
        """Return an address that nobody else has."""
        email: str = self.cleaned_data["email"].casefold()
        others = User.objects.filter(email=email)
        if self._user is not None:
            others = others.exclude(pk=self._user.pk)
        if others.exists():
            raise ValidationError(gettext("A person with this address is here already."), code="taken")
        return email


def known_zone(zone: str) -> str:
    """Return a time zone that there is, or raise ValidationError."""
    if zone not in available_timezones():
        raise ValidationError(gettext("This is no time zone; write one like Europe/London."), code="no_zone")
    return zone
