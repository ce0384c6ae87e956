"""Django's entry for the app."""

from django.apps import AppConfig


class Standards(AppConfig):
    """The app `server.standards`."""

    name = "server.standards"
    label = "standards"
