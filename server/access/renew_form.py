"""The form that gives many credentials of one shape their new secrets."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from pydantic import SecretStr

from server.access.credential_forms import KEY_LEAST
from server.access.typed import SecretField

SECRET_LABELS: Final = {
    "password": _("New password"),
    "community": _("New community"),
    "auth_key": _("New authentication passphrase"),
    "privacy_key": _("New privacy passphrase"),
    "private_key": _("New private key"),
    "passphrase": _("Passphrase of the key"),
    "enable_password": _("New enable password"),
}


class RenewForm(forms.Form):
    """New secrets for many credentials at once, each typed one time."""

    def __init__(self, *args: Any, secrets: Sequence[str], **more: Any) -> None:
        """`secrets` are the names of the parts that all of them hold."""
        super().__init__(*args, **more)
        self.names = tuple(secrets)
        for name in secrets:
            self.fields[name] = SecretField(label=SECRET_LABELS[name], many_lines=name == "private_key")

    def clean(self) -> dict[str, Any]:
        """Check what every credential of this shape needs."""
        told = super().clean() or self.cleaned_data
        for name in ("auth_key", "privacy_key"):
            secret = told.get(name)
            if secret is not None and len(secret.get_secret_value()) < KEY_LEAST:
                self.add_error(name, _("A passphrase has at least 8 characters."))
        return told

    def secrets(self) -> dict[str, SecretStr]:
        """Return the secrets by name, wrapped."""
        return {name: self.cleaned_data[name] for name in self.names}
