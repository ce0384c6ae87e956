"""Forms of problems and webhooks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from server.notices.kinds import KINDS


class SnoozeForm(forms.Form):
    """Until when a problem is out of the list."""

    until = forms.DateField(label=_("Until the morning of"), widget=forms.DateInput(attrs={"type": "date"}))


class KindsForm(forms.Form):
    """Which kinds a webhook is told of; none means all."""

    kinds = forms.MultipleChoiceField(
        label=_("Told of"),
        required=False,
        choices=[(kind.name, kind.says) for kind in KINDS.values()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen means all, also those that come later."),
    )


class WebhookForm(KindsForm):
    """A new webhook."""

    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.URLInput(attrs={"autocomplete": "off", "placeholder": "https://"}),
        help_text=_("Begins with https:// and can be reached from everywhere: our own networks are never asked."),
    )
    field_order = ("url", "kinds")
