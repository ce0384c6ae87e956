"""Forms of enrolment and approval."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from server.agents.pasted import TEXT_LENGTH


class SiteForm(forms.Form):
    """Which site the token is for."""

    site = forms.CharField(
        label=_("Site"),
        max_length=420,
        help_text=_("Client / site. Begin to type, and choose."),
        widget=forms.TextInput(attrs={"class": "form-control", "list": "sites", "autocomplete": "off"}),
    )


class SitesForm(forms.Form):
    """A list of sites, pasted or uploaded."""

    sites = forms.CharField(
        label=_("Sites"),
        required=False,
        max_length=1_000_000,
        help_text=_("One line each: client;site. A client with a single site needs no more than its name."),
        widget=forms.Textarea(attrs={"class": "form-control mono", "rows": 8, "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=_("Or a CSV file"),
        required=False,
        max_length=200,
        widget=forms.ClearableFileInput(attrs={"class": "form-control", "accept": ".csv,text/csv,text/plain"}),
    )

    def clean(self) -> dict[str, Any]:
        """Return the list as text, from the field or the file."""
        told = super().clean() or {}
        file = told.get("file")
        if file is not None and not told.get("sites"):
            if file.size > 1_000_000:
                raise forms.ValidationError(_("The file is larger than 1 MB."))
            told["sites"] = file.read().decode("utf-8-sig", "replace")
        if not str(told.get("sites") or "").strip():
            self.add_error("sites", _("Paste the list, or choose a file."))
        return told


class ComparedForm(forms.Form):
    """A person says that they compared the fingerprints."""

    fingerprint = forms.CharField(widget=forms.HiddenInput, max_length=200)
    same = forms.BooleanField(
        label=_("I compared it with what the agent shows, and it is the same"),
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
        error_messages={"required": _("Compare the fingerprints first: an agent that is not yours gets passwords.")},
    )


class PastedForm(forms.Form):
    """What an RMM printed."""

    text = forms.CharField(
        label=_("Fingerprints from the RMM"),
        max_length=TEXT_LENGTH,
        help_text=_("Paste the whole output: what stands around the fingerprints does not matter."),
        widget=forms.Textarea(attrs={"class": "form-control mono", "rows": 10, "spellcheck": "false"}),
    )
