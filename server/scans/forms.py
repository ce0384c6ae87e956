"""Forms of scan plans, exceptions, blackouts and discoveries."""

from datetime import time
from typing import Any, Final, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rules.kinds import DEVICE_KINDS
from server.accounts.actor import Actor
from server.accounts.plain_fields import PlainField
from server.clients.models import Client, ClientState, Site, Tag
from server.clients.words import KINDS, TRANSPORTS
from server.scans.actions.planning import PlanTold
from server.scans.actions.visiting import VisitTold
from server.scans.choices import DAYS, HOWS, NTHS, Choice, choice_of, rule_of
from server.scans.models import ScanPlan, Visit
from server.scans.opening import NETWORKS_COUNT, networks_of
from server.scans.plans import POLICY_NETWORKS
from server.scans.recurrence import BadRule, parse

READS: Final = (
    ("devices", gettext_lazy("Reads devices")),
    ("policy", gettext_lazy("Looks for devices in all networks that the agents' policies allow")),
    ("networks", gettext_lazy("Looks for devices in these networks")),
)


class Styled(forms.Form):
    """A form whose controls have their classes; boxes and circles keep their own look."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Give each control its class."""
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field.widget, (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)):
                is_list = isinstance(field.widget, forms.Select)
                field.widget.attrs["class"] = "form-select" if is_list else "form-control"

    def full_clean(self) -> None:
        """Mark the controls with an error."""
        super().full_clean()
        for name in set(self.errors) & set(self.fields):
            attrs = self.fields[name].widget.attrs
            attrs["class"] = f"{attrs.get('class', '')} is-invalid".strip()


class PlanForm(Styled):
    """What a plan reads, when, and for whom."""

    name = PlainField(label=gettext_lazy("Name"), max_length=100)
    how = forms.ChoiceField(label=gettext_lazy("When"), choices=HOWS, widget=forms.RadioSelect)
    at = forms.TimeField(
        label=gettext_lazy("At (the site's own clock)"),
        required=False,
        input_formats=["%H:%M"],
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    nth = forms.ChoiceField(label=gettext_lazy("Which of the month"), choices=NTHS, required=False)
    day = forms.ChoiceField(label=gettext_lazy("Day"), choices=DAYS, required=False)
    rule = forms.CharField(
        label=gettext_lazy("Rule"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("RFC 5545, such as FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=20;BYMINUTE=0"),
    )
    window_minutes = forms.IntegerField(
        label=gettext_lazy("Window in minutes"),
        min_value=15,
        max_value=1440,
        initial=600,
        help_text=gettext_lazy("How long after its time a scan may still begin."),
    )
    jitter_minutes = forms.IntegerField(
        label=gettext_lazy("Spread over minutes"),
        min_value=0,
        max_value=720,
        initial=30,
        help_text=gettext_lazy("Each site begins a little later than the next one, always by the same time."),
    )
    all_clients = forms.BooleanField(label=gettext_lazy("All clients"), required=False)
    tags = forms.MultipleChoiceField(
        label=gettext_lazy("Clients with one of these tags"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reads = forms.ChoiceField(label=gettext_lazy("What"), choices=READS, initial="devices", widget=forms.RadioSelect)
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Only these kinds"),
        choices=[(kind, KINDS[kind]) for kind in DEVICE_KINDS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    transports = forms.MultipleChoiceField(
        label=gettext_lazy("Only over"),
        choices=list(TRANSPORTS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    networks = forms.CharField(
        label=gettext_lazy("Networks, one a line"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    active = forms.BooleanField(label=gettext_lazy("In force"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the tags that there are, and style the controls."""
        super().__init__(*args, **kwargs)
        names = Tag.objects.order_by("name").values_list("name", flat=True)
        tags = cast("forms.MultipleChoiceField", self.fields["tags"])
        tags.choices = [(name, name) for name in names]

    def clean(self) -> dict[str, Any]:
        """Make the choices one rule."""
        told = super().clean() or self.cleaned_data
        if told.get("how") != "rule" and told.get("at") is None and "at" not in self.errors:
            self.add_error("at", _("Give a time such as 20:00."))
        if not self.errors:
            choice = Choice(told["how"], told.get("at") or Choice("daily").at, told["day"], told["nth"], told["rule"])
            try:
                told["parsed"] = parse(rule_of(choice))
            except BadRule as error:
                self.add_error("rule", str(error))
        if told.get("reads") == "networks":
            texts = told.get("networks", "").split()
            if len(networks_of(texts)) != len(texts) or not 0 < len(texts) <= NETWORKS_COUNT:
                self.add_error("networks", _("Give 1 to 64 networks, such as 192.168.1.0/24."))
        return told

    def told(self) -> PlanTold:
        """Return what a valid form says."""
        one = self.cleaned_data
        networks = {"devices": (), "policy": (POLICY_NETWORKS,)}.get(one["reads"], tuple(one["networks"].split()))
        return PlanTold(
            name=one["name"],
            rule=one["parsed"],
            window_minutes=one["window_minutes"],
            jitter_minutes=one["jitter_minutes"],
            kinds=tuple(one["kinds"]),
            transports=tuple(one["transports"]),
            networks=networks,
            all_clients=one["all_clients"],
            active=one["active"],
            tags=tuple(one["tags"]),
        )


def initial_of(plan: ScanPlan | None) -> dict[str, object]:
    """Return a form's first values."""
    choice = choice_of(plan.rule) if plan else Choice("daily")
    common: dict[str, object] = {"how": choice.how, "at": choice.at, "day": choice.day, "nth": choice.nth}
    if plan is None:
        return common | {"active": True, "all_clients": True}
    policy = POLICY_NETWORKS in plan.networks
    return common | {
        "name": plan.name,
        "rule": plan.rule,
        "window_minutes": plan.window_minutes,
        "jitter_minutes": plan.jitter_minutes,
        "all_clients": plan.all_clients,
        "tags": [tag.name for tag in plan.tags.all()],
        "reads": "policy" if policy else "networks" if plan.networks else "devices",
        "kinds": plan.kinds,
        "transports": plan.transports,
        "networks": "" if policy else "\n".join(plan.networks),
        "active": plan.active,
    }


class SiteChoice(forms.ModelChoiceField[Site]):
    """A site with its client's name."""

    def label_from_instance(self, obj: Site) -> str:
        """Return what the list shows."""
        return f"{obj.client.name}: {obj.name}"


class WhereForm(Styled):
    """A client in scope, and perhaps one of its sites."""

    client = forms.ModelChoiceField(
        Client.objects.none(),
        to_field_name="uid",
        label=gettext_lazy("Client"),
        empty_label=gettext_lazy("Choose a client"),
    )
    site = SiteChoice(
        Site.objects.none(), to_field_name="uid", label=gettext_lazy("Site"), required=False,
        empty_label=gettext_lazy("All sites"),
    )  # fmt: skip
    why = PlainField(label=gettext_lazy("Why"), max_length=300)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        """Offer the clients in the actor's scope."""
        super().__init__(*args, **kwargs)
        clients = Client.objects.seen_by(actor).filter(state=ClientState.ACTIVE)
        client = cast("forms.ModelChoiceField[Client]", self.fields["client"])
        site = cast("forms.ModelChoiceField[Site]", self.fields["site"])
        client.queryset = clients
        site.queryset = Site.objects.filter(client__in=clients, retired_at=None).select_related("client")

    def clean(self) -> dict[str, Any]:
        """Hold the site against the client."""
        told = super().clean() or self.cleaned_data
        client, site = told.get("client"), told.get("site")
        if site is not None and (client is None or site.client_id != client.pk):
            self.add_error("site", _("This is a site of another client."))
        return told


class BlackoutForm(WhereForm):
    """No planned scan between two instants."""

    begins_at = forms.DateTimeField(
        label=gettext_lazy("From"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    ends_at = forms.DateTimeField(
        label=gettext_lazy("Until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    field_order = ("client", "site", "begins_at", "ends_at", "why")

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        """A person of all clients may mean all of them."""
        super().__init__(actor, *args, **kwargs)
        client = cast("forms.ModelChoiceField[Client]", self.fields["client"])
        if actor.all_clients:
            client.required, client.empty_label = False, _("All clients")

    def clean(self) -> dict[str, Any]:
        """Hold the two instants against each other."""
        told = super().clean()
        if told.get("begins_at") and told.get("ends_at") and told["ends_at"] <= told["begins_at"]:
            self.add_error("ends_at", _("It must end after it begins."))
        return told


class VisitForm(Styled):
    """When somebody goes to a site of a client."""

    site = SiteChoice(Site.objects.none(), to_field_name="uid", label=gettext_lazy("Site"), empty_label=None)
    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    begins = forms.TimeField(
        label=gettext_lazy("Begins (the site's own clock)"),
        input_formats=["%H:%M"],
        initial=time(8),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy("The site is read 18 hours before, and what failed again at 06:00."),
    )
    note = PlainField(label=gettext_lazy("Note"), max_length=300, required=False)

    def __init__(self, client: Client, *args: Any, visit: Visit | None = None, **kwargs: Any) -> None:
        """Offer the client's sites; a visit that is changed keeps its own."""
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Site]", self.fields["site"]).queryset = Site.objects.filter(
            client=client, retired_at=None
        ).select_related("client")
        if visit is not None:
            del self.fields["site"]

    def told(self) -> VisitTold:
        """Return what a valid form says."""
        one = self.cleaned_data
        return VisitTold(one["day"], one["begins"], one["note"])


def take_errors(form: forms.Form, error: ValidationError) -> None:
    """Show what an action refused beside its field, or above the form."""
    if hasattr(error, "error_dict"):
        for name, problems in error.message_dict.items():
            form.add_error(name if name in form.fields else None, problems)
    else:
        form.add_error(None, error.messages)
