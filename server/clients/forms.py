"""Forms over clients, sites, places and statements."""

from datetime import date
from typing import ClassVar
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from rules.kinds import DEVICE_KINDS
from server.accounts.plain_fields import PlainArea, PlainField
from server.clients.models import Client, Site
from server.clients.words import KINDS

ZONES = frozenset(available_timezones())
LINES_COUNT = 200


class ZoneField(forms.CharField):
    """A time zone by its name; the page offers all as suggestions."""

    def __init__(self) -> None:
        super().__init__(label=_("Time zone"), max_length=64, widget=forms.TextInput(attrs={"list": "zones"}))

    def clean(self, value: object) -> str:
        """Return the name; refuses one that is none."""
        name = str(super().clean(value))
        if name not in ZONES:
            raise ValidationError(_("There is no time zone of this name; take one like Europe/London."))
        return name


class TagsField(PlainField):
    """Words separated by commas."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Tags"), max_length=500, required=False, help_text=_("Separated by commas. Plans go by them.")
        )

    def clean(self, value: object) -> list[str]:
        """Return the words, each once."""
        text = str(super().clean(value))
        return sorted({word.strip() for word in text.split(",") if word.strip()})


class ClientForm(forms.ModelForm[Client]):
    """A client's name, zone, tags and internal note."""

    time_zone = ZoneField()
    tags = TagsField()

    class Meta:
        model = Client
        fields: ClassVar = ["name", "time_zone", "note"]
        field_classes: ClassVar = {"name": PlainField, "note": PlainArea}
        widgets: ClassVar = {"note": forms.Textarea(attrs={"rows": 3})}


class NewClientForm(ClientForm):
    """A new client begins with one site."""

    site = PlainField(label=_("First site"), max_length=200, initial=_("Main office"))

    class Meta(ClientForm.Meta):
        fields: ClassVar = ["name", "time_zone"]


class SiteForm(forms.ModelForm[Site]):
    """A site with its places, one in a line."""

    time_zone = ZoneField()
    places = PlainArea(
        label=_("Places"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One in a line: server room, rack in the workshop."),
    )

    class Meta:
        model = Site
        fields: ClassVar = ["name", "time_zone"]
        field_classes: ClassVar = {"name": PlainField}

    def clean_name(self) -> str:
        """Return the name; refuses one that another site of the client has."""
        name = str(self.cleaned_data["name"])
        others = Site.objects.filter(client_id=self.instance.client_id, name=name).exclude(pk=self.instance.pk)
        if others.exists():
            raise ValidationError(_("The client has a site of this name already."))
        return name

    def clean_places(self) -> list[str]:
        """Return the places; refuses too many."""
        lines = [line.strip()[:200] for line in str(self.cleaned_data["places"]).splitlines() if line.strip()]
        if len(lines) > LINES_COUNT:
            raise ValidationError(_("A site has at most 200 places."))
        return lines


class StatementForm(forms.Form):
    """That a client has none of a kind, until a day."""

    kind = forms.ChoiceField(label=_("There is no"), choices=[(kind, KINDS[kind]) for kind in DEVICE_KINDS])
    until = forms.DateField(label=_("Holds until"), widget=forms.DateInput(attrs={"type": "date"}))

    def clean_until(self) -> date:
        """Return the day."""
        day: date = self.cleaned_data["until"]
        return day
