"""The home of each role."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from server.accounts.routes import SignedIn


def home(request: SignedIn) -> HttpResponse:
    """Return what waits for this person."""
    return render(request, "web/home.html", {"title": _("Home")})
