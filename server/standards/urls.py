"""Addresses of the library, with who may."""

from django.urls import URLPattern

from server.accounts.rights import Right
from server.accounts.routes import page
from server.standards.views import library, standard

urlpatterns: list[URLPattern] = [
    page("library/", library, "library", Right.SEE_LIBRARY),
    page("library/<str:standard_id>/", standard, "standard", Right.SEE_LIBRARY),
]
