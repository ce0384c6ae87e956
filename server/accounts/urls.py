"""Addresses of people, sign-in, audit log and settings, with who may."""

from allauth.account.views import LoginView, LogoutView
from django.urls import URLPattern

from server.accounts.routes import public

urlpatterns: list[URLPattern] = [
    public("sign-in/", LoginView.as_view(), "account_login", methods=("GET", "POST")),
    public("sign-out/", LogoutView.as_view(), "account_logout", methods=("GET", "POST")),
]
