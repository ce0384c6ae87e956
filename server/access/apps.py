"""Django's entry for the app."""

from django.apps import AppConfig


class Access(AppConfig):
    """The app `server.access`."""

    name = "server.access"
    label = "access"
