"""Django's entry for the app."""

from django.apps import AppConfig


class Web(AppConfig):
    """The app `server.web`."""

    name = "server.web"
    label = "web"
