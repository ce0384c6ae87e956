"""Settings: the MSP's brand, and how the server is."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control

from server.accounts.actions.brand import Unreadable, change_brand
from server.accounts.brand import shown_brand, stylesheet
from server.accounts.colours import DARK, LIGHT, NoColour, colour, contrast
from server.accounts.logo import Logo, NoLogo, read_logo
from server.accounts.models import AuditHead, Brand
from server.accounts.plain_fields import PlainField
from server.accounts.routes import SignedIn, posted
from server.installation import fingerprint


class BrandForm(forms.Form):
    """The MSP's own name, colours, sender and logo."""

    name = PlainField(label=gettext_lazy("Name"), max_length=200, required=False)
    colour = forms.CharField(label=gettext_lazy("Colour on light and on paper"), max_length=7, required=False)
    colour_dark = forms.CharField(label=gettext_lazy("Colour on dark"), max_length=7, required=False)
    sender = forms.EmailField(label=gettext_lazy("Sender of mails"), required=False)
    logo = forms.FileField(label=gettext_lazy("Logo"), required=False)
    remove_logo = forms.BooleanField(label=gettext_lazy("Show no logo"), required=False)

    def clean_colour(self) -> str:
        """Return '#rrggbb' or nothing."""
        return _colour(self.cleaned_data["colour"])

    def clean_colour_dark(self) -> str:
        """Return '#rrggbb' or nothing."""
        return _colour(self.cleaned_data["colour_dark"])

    def clean_logo(self) -> Logo | None:
        """Return the checked picture."""
        file = self.cleaned_data["logo"]
        if not file:
            return None
        try:
            return read_logo(file.read())
        except NoLogo as error:
            raise forms.ValidationError(_("This logo is not taken: %(why)s.") % {"why": error}) from error


def _colour(text: str) -> str:
    try:
        return colour(text) if text else ""
    except NoColour as error:
        raise forms.ValidationError(_("A colour is written like #0b5f6e.")) from error


def brand_settings(request: SignedIn) -> HttpResponse:
    """Show and change the brand; a colour that cannot be read is answered with the nearest that can."""
    brand = shown_brand()
    first = {"name": brand.name, "colour": brand.colour, "colour_dark": brand.colour_dark, "sender": brand.sender}
    form = BrandForm(posted(request), request.FILES if request.method == "POST" else None, initial=first)
    proposed: Unreadable | None = None
    if request.method == "POST" and form.is_valid():
        try:
            change_brand(request.actor, **form.cleaned_data)
        except Unreadable as unreadable:
            proposed = unreadable
            form.add_error("colour", _("This colour cannot be read on both themes (contrast under 4.5 to 1)."))
        else:
            messages.success(request, _("Saved."))
            return redirect("settings")
    told: dict[str, Any] = {"title": _("Your brand"), "form": form, "brand": brand, "proposed": proposed}
    told["on_light"], told["on_dark"] = _contrast(brand.colour, LIGHT), _contrast(brand.colour_dark, DARK)
    return render(request, "accounts/brand.html", told)


def _contrast(shown: str, on: tuple[str, ...]) -> float | None:
    return round(min(contrast(shown, surface) for surface in on), 1) if shown else None


@cache_control(public=True, max_age=3600)
def brand_style(request: HttpRequest) -> HttpResponse:
    """Return the brand's colours as a style sheet."""
    return HttpResponse(stylesheet(shown_brand()), content_type="text/css; charset=utf-8")


@cache_control(public=True, max_age=3600)
def brand_logo(request: HttpRequest) -> HttpResponse:
    """Return the logo as it was checked, as a picture and nothing else."""
    found = Brand.objects.order_by("pk").first()
    if found is None or not found.logo:
        raise Http404
    response = HttpResponse(bytes(found.logo), content_type=found.logo_kind)
    response["Content-Disposition"] = "inline"
    return response


def server_status(request: SignedIn) -> HttpResponse:
    """Show what readiness asks for, in words, with what to do."""
    from server.health import checks

    found = list(checks())
    failing = sum(not one.ok for one in found)
    title = _("The server does its work") if not failing else _("%(n)d things keep the server from its work")
    head = AuditHead.objects.filter(pk=1).first()
    key = settings.RECOVERY_PUBLIC_KEY
    told = {
        "title": title % {"n": failing} if failing else title,
        "checks": found,
        "public_url": settings.PUBLIC_URL,
        "database": settings.DATABASES["default"]["ENGINE"].rpartition(".")[2],
        "recovery_key": fingerprint(key) if key else "",
        "single_sign_on": settings.SINGLE_SIGN_ON,
        "head": head,
    }
    return render(request, "accounts/server.html", told)
