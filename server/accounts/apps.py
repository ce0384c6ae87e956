"""Django's entry for the app."""

from django.apps import AppConfig


class Accounts(AppConfig):
    """The app `server.accounts`."""

    name = "server.accounts"
    label = "accounts"
