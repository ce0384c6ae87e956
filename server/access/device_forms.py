"""Forms over devices: what they are, and the accesses by which they are read."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from rules.kinds import DEVICE_KINDS
from server.access.actions.device import Told
from server.access.addresses import BadAddress, read_address
from server.access.models import Access
from server.access.offered import Offered
from server.accounts.plain_fields import PlainField
from server.clients import words
from server.clients.actions.device import UNKNOWN_KIND, Described
from server.clients.models import Client, Device, DeviceState, Place, Site
from server.clients.words import transport_word

DRIVER: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
CREDENTIAL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._@-]{0,99}")
"""The same words as in `collectors.link.jobs`: what cannot be said to the agent is refused here."""
ROLES_COUNT: Final = 20
ACCESSES_COUNT: Final = 20
KINDS: Final = [(UNKNOWN_KIND, _("What the device says"))] + [(kind, words.KINDS[kind]) for kind in DEVICE_KINDS]


def read_roles(text: str) -> tuple[str, ...]:
    """Return the roles of a list separated by commas or semicolons; raises ValidationError for too many."""
    roles = tuple(dict.fromkeys(part.strip()[:60] for part in re.split(r"[,;]", text) if part.strip()))
    if len(roles) > ROLES_COUNT:
        raise ValidationError(_now("A device has at most 20 roles."))
    return roles


def check_driver(driver: str, transport: str, offered: Offered) -> None:
    """Raise ValidationError for a driver that no agent of the site has, or that uses another transport."""
    if not driver:
        return
    if not DRIVER.fullmatch(driver):
        raise ValidationError(_now("A driver is named with small letters, digits and underscores, like cisco_ios."))
    if offered.drivers and driver not in offered.drivers:
        raise ValidationError(_now("No agent of this site has a driver of this name."))
    told = offered.drivers.get(driver, transport)
    if told != transport:
        raise ValidationError(_now("This driver reads over %(other)s.") % {"other": transport_word(told)})


def check_credential(name: str, transport: str, offered: Offered) -> None:
    """Raise ValidationError for a name that no credential can have, or one of another kind."""
    if name and transport == "local":
        raise ValidationError(_now("The agent's own machine needs no credential."))
    if name and not CREDENTIAL.fullmatch(name):
        raise ValidationError(_now("Letters, digits, blanks and . _ @ - only."))
    kind = offered.credentials.get(name, transport)
    if kind != transport and name not in offered.local:
        raise ValidationError(_now("This credential is for %(kind)s.") % {"kind": transport_word(kind)})


class DeviceForm(forms.Form):
    """What a person says of a device."""

    name = PlainField(label=_("Name"), max_length=200)
    site = forms.ModelChoiceField(label=_("Site"), queryset=Site.objects.none(), empty_label=None, to_field_name="uid")
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS, initial=UNKNOWN_KIND)
    place = PlainField(
        label=_("Place"), max_length=200, required=False, widget=forms.TextInput(attrs={"list": "places"})
    )
    group = PlainField(
        label=_("Group"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"list": "groups"}),
        help_text=_("An HA pair, cluster or stack: devices with the same word here count once."),
    )
    roles = PlainField(
        label=_("Roles"), max_length=600, required=False, help_text=_("Separated by commas: core, backup target.")
    )

    def __init__(self, *args: Any, client: Client, device: Device | None = None, **more: Any) -> None:
        """Offer the client's sites; `device` is the one that is changed."""
        super().__init__(*args, **more)
        self.client, self.device = client, device
        field = self.fields["site"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        field.queryset = Site.objects.filter(client=client, retired_at=None)

    def clean_roles(self) -> tuple[str, ...]:
        """Return the roles."""
        return read_roles(str(self.cleaned_data["roles"]))

    def clean(self) -> dict[str, Any]:
        """Refuse a name that another device of the site has; look the place up."""
        told = super().clean() or self.cleaned_data
        site, name = told.get("site"), told.get("name")
        if site is None or name is None:
            return told
        others = Device.objects.filter(site=site, name=name).exclude(state=DeviceState.RETIRED)
        if (others.exclude(pk=self.device.pk) if self.device else others).exists():
            self.add_error("name", _("The site has a device of this name already."))
        place = str(told.get("place") or "").strip()
        told["place"] = Place.objects.filter(site=site, name=place).first()
        if place and told["place"] is None:
            self.add_error("place", _("The site has no place of this name; add it at the site first."))
        return told

    def described(self) -> Described:
        """Return what was said."""
        told = self.cleaned_data
        return Described(told["name"], told["kind"], told["roles"], told["place"], told["group"].strip())


class AccessForm(forms.Form):
    """One way to a device."""

    uid = forms.CharField(widget=forms.HiddenInput, required=False, max_length=26)
    transport = forms.ChoiceField(label=_("Over"), choices=list(words.TRANSPORTS.items()), initial="snmp")
    address = forms.CharField(
        label=_("Address or name"),
        max_length=255,
        error_messages={"required": _("An access needs the address or the name of the device.")},
    )
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, required=False)
    driver = forms.CharField(
        label=_("Driver"), max_length=64, required=False, widget=forms.TextInput(attrs={"list": "drivers"})
    )
    credential = forms.CharField(
        label=_("Credential"), max_length=100, required=False, widget=forms.TextInput(attrs={"list": "credentials"})
    )
    offered: Offered = Offered()
    """Of the chosen site; set before it is validated."""

    def __init__(self, *args: Any, **more: Any) -> None:
        """The agent's own machine alone needs no address."""
        super().__init__(*args, **more)
        told = self.data.get(self.add_prefix("transport")) if self.is_bound else self.initial.get("transport")
        self.fields["address"].required = told != "local"

    def clean(self) -> dict[str, Any]:
        """Check the parts against each other and against what the site's agents offer."""
        told = super().clean() or self.cleaned_data
        transport = str(told.get("transport") or "")
        if transport == "local":
            told["address"] = told.get("address") or "localhost"
        else:
            self._address(told)
        for name, check in (("driver", check_driver), ("credential", check_credential)):
            try:
                check(str(told.get(name) or "").strip(), transport, self.offered)
            except ValidationError as error:
                self.add_error(name, error)
        return told

    def told(self) -> Told:
        """Return what was said."""
        told: Mapping[str, Any] = self.cleaned_data
        return Told(
            told["transport"], told["address"], told["port"] or 0, told["driver"].strip(), told["credential"].strip(),
            told["uid"],
        )  # fmt: skip

    def _address(self, told: dict[str, Any]) -> None:
        if not told.get("address"):
            return
        try:
            told["address"] = read_address(told["address"])
        except BadAddress as error:
            self.add_error("address", str(error))


class AccessesBase(forms.BaseFormSet[AccessForm]):
    """The accesses of a device."""

    def clean(self) -> None:
        """Refuse the same access twice."""
        seen = set()
        for told in self.given() if not any(self.errors) else ():
            key = (told.transport, told.address, told.port)
            if key in seen:
                raise ValidationError(_now("The same access stands twice: %(what)s.") % {"what": f"{key[0]} {key[1]}"})
            seen.add(key)

    def given(self) -> list[Told]:
        """Return the accesses that stay: neither empty nor taken out."""
        stays = (one for one in self.forms if one.has_changed() or one.initial)
        return [one.told() for one in stays if not one.cleaned_data.get("DELETE")]

    def offer(self, offered: Offered) -> None:
        """Hold each access against what one site offers."""
        for one in self.forms:
            one.offered = offered


_made = forms.formset_factory(
    AccessForm,
    formset=AccessesBase,
    extra=1,
    can_delete=True,
    max_num=ACCESSES_COUNT,
    absolute_max=ACCESSES_COUNT,
    validate_max=True,
)


def access_forms(data: QueryDict | None, initial: Sequence[dict[str, object]] = ()) -> AccessesBase:
    """Return the forms over a device's accesses, one more than it has."""
    made = _made(data or None, prefix="access", initial=list(initial))
    assert isinstance(made, AccessesBase)  # noqa: S101 - made from it
    return made


def initial_of(access: Access) -> dict[str, object]:
    """Return how a form shows an access."""
    return {
        "uid": access.uid,
        "transport": access.transport,
        "address": access.address,
        "port": access.port or None,
        "driver": access.driver,
        "credential": access.credential.name if access.credential else access.local_credential,
    }


class WhyForm(forms.Form):
    """A reason that stays in the record."""

    why = PlainField(label=_("Reason"), max_length=300)


class OutForm(WhyForm):
    """Why a device counts no more."""

    state = forms.ChoiceField(
        label=_("It"),
        choices=[
            (DeviceState.RETIRED, _("is retired: gone for good")),
            (DeviceState.OUT_OF_SCOPE, _("is out of scope: there, and not ours to look after")),
        ],
    )
    field_order = ("state", "why")
