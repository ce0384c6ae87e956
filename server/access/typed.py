"""Secrets as they are typed: fields that never show them again, and a request that forgets them at once."""

from typing import Any, Final

from django import forms
from django.http import HttpRequest
from pydantic import SecretStr

SECRET_LENGTH: Final = 1_000
KEY_LENGTH: Final = 16_384


class KeyArea(forms.Textarea):
    """A text area for a private key; what was typed is never shown again."""

    def format_value(self, value: object) -> str | None:
        """Return nothing, whatever was typed."""
        return None


class SecretField(forms.CharField):
    """One line that is a secret; cleaned to a SecretStr, or None when it is empty."""

    def __init__(self, *, label: Any, required: bool = True, help_text: Any = "", many_lines: bool = False) -> None:
        """`many_lines` is for private keys."""
        attrs = {"autocomplete": "new-password", "spellcheck": "false"}
        widget = KeyArea(attrs={**attrs, "rows": 4}) if many_lines else forms.PasswordInput(attrs, render_value=False)
        super().__init__(
            label=label,
            required=required,
            help_text=help_text,
            strip=False,
            max_length=KEY_LENGTH if many_lines else SECRET_LENGTH,
            widget=widget,
        )

    def clean(self, value: Any) -> SecretStr | None:
        """Return the secret in a wrapping that no log and no page prints."""
        text = super().clean(value)
        return SecretStr(str(text)) if text else None


def is_valid_once(request: HttpRequest, form: forms.Form) -> bool:
    """Return whether a form is valid, and forget what was typed: neither the form nor the request holds it after."""
    fine = form.is_valid()
    forget(request, form)
    return fine


def forget(request: HttpRequest, form: forms.Form) -> None:
    """Blank the secret fields of a form in everything that a page, an error page or a log could show."""
    left = request.POST.copy()
    for name, field in form.fields.items():
        if isinstance(field, SecretField) and form.add_prefix(name) in left:
            left[form.add_prefix(name)] = ""
    request.POST = left  # type: ignore[assignment]
    form.data = left
    if hasattr(request, "_body"):
        request._body = b""
